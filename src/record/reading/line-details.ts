// What an alert tells of a line beside its record. Read for a few errors of a window only.

import { cleanText } from '../../text.js'
import { hostnamePaths, type LineShape, requestPathPaths, servicePaths } from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'
import { cleaned } from './map-line.js'
import { isError, member } from './path.js'
import { compileSampleFields, type SampleFields } from './sample-fields.js'

/** Absent text is `''`. */
export interface LineDetails {
  /** The path of the request, without origin and query. */
  readonly path: string
  readonly service: string
  /** Undefined where the line's own is redacted: then no other may stand in for it, which may be the same. */
  readonly hostname: string | undefined
  /** What `sampleFields` name; undefined where they name nothing. */
  readonly fields: SampleFields | undefined
}

/** Compiles the reader; redacted places are not looked at. */
export function compileDetails(
  shape: LineShape,
  sampleFields: readonly string[],
): (roots: readonly Root[]) => LineDetails {
  const { redact } = shape
  const read = {
    path: compileReader(requestPathPaths, redact),
    service: compileReader(servicePaths, redact),
    name: compileReader(['name'], redact),
    hostname: compileReader(hostnamePaths, redact),
    fields: compileSampleFields(sampleFields, redact),
  }
  const anyHostname = compileReader(hostnamePaths)
  const hidesHostname = (roots: readonly Root[]): boolean =>
    redact !== undefined && anyHostname(roots, cleaned) !== undefined
  return (roots) => {
    // An error's `path` is a file's, and its `name` a class's.
    const plain = roots.filter(({ members }) => !isError(members))
    return {
      path: read.path(plain, requestPath) ?? '',
      service: read.service(plain, cleaned) ?? read.name(plain.filter(isOfPino), cleaned) ?? '',
      hostname: read.hostname(plain, cleaned) ?? (hidesHostname(plain) ? undefined : ''),
      fields: read.fields(roots),
    }
  }
}

/** pino and bunyan write the logger's `name` beside the process id; any other may be a person's. */
function isOfPino({ members, prefix }: Root): boolean {
  return prefix === '' && typeof member(members, 'pid') === 'number'
}

/** Of a path or a whole URL; what begins otherwise is a file or anything. */
function requestPath(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const path = /^(?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(value)?.[1] ?? ''
  if (path.startsWith('/')) return cleanText(path)
  return path === '' && /^https?:/i.test(value) ? '/' : undefined
}
