// What a line says beside its record: which path was asked for, which service wrote it and where, and what the user wants to see.
import { detailPaths, type LineShape } from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'
import { cleanText, truncate } from './text.js'

export type DetailValue = string | number | boolean | null

/** What is not known is blank. */
export interface LineDetails {
  /** Without origin and query. */
  readonly path: string
  readonly service: string
  readonly hostname: string
  /** What `sampleFields` name, as far as the line has it; undefined where they name nothing. */
  readonly fields: Readonly<Record<string, DetailValue>> | undefined
}

/** The most UTF-16 units of an object or list among the fields, as JSON. */
const MAX_JSON_LENGTH = 500

export function compileDetails(
  shape: LineShape,
  sampleFields: readonly string[],
): (roots: readonly Root[]) => LineDetails {
  const { redact = [] } = shape
  const path = compileReader(detailPaths.path, redact)
  const service = compileReader(detailPaths.service, redact)
  const hostname = compileReader(detailPaths.hostname, redact)
  // What holds a redacted value is not shown at all: nobody asked for a part of it.
  const shown = sampleFields.filter((field) => !redact.some((secret) => secret.startsWith(`${field}.`)))
  const fields = shown.map((field) => [field, compileReader([field], redact)] as const)
  return (roots) => ({
    path: path(roots, toPath) ?? '',
    service: service(roots, toText) ?? '',
    hostname: hostname(roots, toText) ?? '',
    fields:
      sampleFields.length === 0
        ? undefined
        : Object.fromEntries(
            fields.flatMap(([name, read]) => {
              const value = read(roots, toValue)
              return value === undefined ? [] : [[name, value] as const]
            }),
          ),
  })
}

function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? cleanText(value) : undefined
}

/** `https://host/a/b?c` and `/a/b?c` are `/a/b`. */
function toPath(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const path = value.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  return path.startsWith('/') ? cleanText(path) : undefined
}

function toValue(value: unknown): DetailValue | undefined {
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return value as DetailValue
  if (typeof value === 'string') return cleanText(value)
  return typeof value === 'object' ? truncate(cleanText(toJson(value)), MAX_JSON_LENGTH) : undefined
}

/** In-process loggers hand over what JSON cannot write. */
function toJson(value: object): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return '[unreadable]'
  }
}
