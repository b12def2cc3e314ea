// The details of a line: what an alert shows of it beside its record. They are read for the few errors that an alert may show.

import { cleanText } from '../../text.js'
import { hostnamePaths, type LineShape, methodPaths, requestPathPaths, servicePaths } from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'
import { cleaned } from './map-line.js'
import { isError, member } from './path.js'
import { compileSampleFields, type SampleFields } from './sample-fields.js'
import { compileTraceIds, mergeTraceIds, type TraceIds } from './trace-ids.js'

/** What a request asked for. Absent text is `''`. */
export interface Place {
  /** The HTTP method. */
  readonly method: string
  /** The path, without origin and query. */
  readonly path: string
}

/** What an alert shows of a line beside its record. Absent text is `''`. */
export interface LineDetails extends Place, TraceIds {
  readonly service: string
  /** Undefined where the line's host name is redacted. Then that of the process must not stand in for it: both may be the same. */
  readonly hostname: string | undefined
  /** Values at the paths of the option `sampleFields`; undefined where the option names none. */
  readonly fields: SampleFields | undefined
}

/** Compiles a reader of the service's name, blank where a line has none. It does not look at redacted places. */
export function compileService({ redact }: LineShape): (roots: readonly Root[]) => string {
  const [service, name] = [compileReader(servicePaths, redact), compileReader(['name'], redact)]
  return (roots) => {
    // The `name` of an error is that of a class.
    const objects = roots.filter(({ members }) => !isError(members))
    return service(objects, cleaned) ?? name(objects.filter(isOfPino), cleaned) ?? ''
  }
}

/** Compiles a reader of details, which does not look at redacted places. */
export function compileDetails(
  shape: LineShape,
  sampleFields: readonly string[],
): (roots: readonly Root[]) => LineDetails {
  const { redact } = shape
  const read = {
    method: compileReader(methodPaths, redact),
    path: compileReader(requestPathPaths, redact),
    service: compileService(shape),
    hostname: compileReader(hostnamePaths, redact),
    traceIds: compileTraceIds(redact),
    fields: compileSampleFields(sampleFields, redact),
  }
  const anyHostname = compileReader(hostnamePaths)
  const hidesHostname = (roots: readonly Root[]): boolean =>
    redact !== undefined && anyHostname(roots, cleaned) !== undefined
  return (roots) => {
    // The `path` of an error is that of a file.
    const objects = roots.filter(({ members }) => !isError(members))
    return {
      method: read.method(objects, method) ?? '',
      path: read.path(objects, requestPath) ?? '',
      service: read.service(roots),
      hostname: read.hostname(objects, cleaned) ?? (hidesHostname(objects) ? undefined : ''),
      ...read.traceIds(objects),
      fields: read.fields(roots),
    }
  }
}

/** Merges what two lines of one request tell. What the first one knows stays; method and path are of one line. */
export function mergeDetails(known: LineDetails | undefined, later: LineDetails | undefined): LineDetails | undefined {
  if (known === undefined || later === undefined) return known ?? later
  const { method, path } = known.path === '' && later.path !== '' ? later : known
  const isHostnameHidden = known.hostname === undefined || later.hostname === undefined
  return {
    method,
    path,
    service: known.service || later.service,
    hostname: isHostnameHidden ? undefined : known.hostname || later.hostname,
    ...mergeTraceIds(known, later),
    fields: known.fields && { ...known.fields, ...missingIn(known.fields, later.fields) },
  }
}

function missingIn(known: SampleFields, later: SampleFields = {}): SampleFields {
  return Object.fromEntries(Object.entries(later).filter(([path]) => !Object.hasOwn(known, path)))
}

/** Whether a `name` here is the logger's: pino and bunyan write it beside the process id. Any other `name` may be a person's. */
function isOfPino({ members, prefix }: Root): boolean {
  return prefix === '' && typeof member(members, 'pid') === 'number'
}

/** An HTTP method; other things have a `method`, too. */
function method(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z][A-Z-]{2,19}$/.test(value) ? value : undefined
}

/** The path in a URL, or in a path with a query; undefined for a text that begins otherwise, such as a file's name. */
function requestPath(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const path = /^(?:[a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(value)?.[1] ?? ''
  if (path.startsWith('/')) return cleanText(path)
  return path === '' && /^https?:/i.test(value) ? '/' : undefined
}
