// A log line -> a record. Pure; compiled once from the options that say where things are.
import type { RecordField } from '../config/options.js'
import { type LineShape, messagePathsOf, pathsOf } from './field-paths.js'
import { compileReader, type LineReader, type Root } from './line-reader.js'
import { compileErrorMessage, status, text } from './line-traits.js'
import { type LogRecord, toInteger } from './log-record.js'
import { ERROR } from './severity.js'
import { cleanMessage, cleanText } from './text.js'

/** Makes a record of a line of this severity. */
export type LineMapper = (roots: readonly Root[], severity: number) => LogRecord

/** Compiles the mapper; see field-paths.ts for the defaults that `fields` overrides. */
export function compileMapper(shape: LineShape): LineMapper {
  const { redact = [] } = shape
  const field = (name: RecordField): LineReader => compileReader(pathsOf(name, shape), redact)
  const read = {
    group: field('group'),
    keyId: field('keyId'),
    model: field('model'),
    providerName: field('providerName'),
    providerType: field('providerType'),
    statusCode: field('statusCode'),
    clientIp: field('clientIp'),
    message: compileReader(messagePathsOf(shape), redact),
  }
  const errorMessage = compileErrorMessage(shape, redact)
  return (roots, severity) => {
    const ownMessage = severity >= ERROR ? read.message(roots, text) : undefined
    return {
      group: read.group(roots, cleaned) ?? '',
      keyId: read.keyId(roots, integer) ?? 0,
      model: read.model(roots, cleaned) ?? '',
      providerName: read.providerName(roots, cleaned) ?? '',
      providerType: read.providerType(roots, cleaned) ?? '',
      statusCode: read.statusCode(roots, status) ?? 0,
      errorMessage: cleanMessage(errorMessage(roots) ?? ownMessage ?? ''),
      clientIp: read.clientIp(roots, address) ?? '',
    }
  }
}

/** A text that is not blank, cleaned. */
export const cleaned = (value: unknown): string | undefined => {
  const given = text(value)
  return given === undefined ? undefined : cleanText(given)
}

const integer = (value: unknown): number | undefined => toInteger(value) || undefined

function address(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? cleanText(value.replace(/^::ffff:(?=\d+\.)/i, '')) : undefined
}
