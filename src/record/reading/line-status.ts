// The HTTP status of a line's request; see README, What is an error.
import { toInteger } from '../log-record.js'
import { errorStatusPathsOf, foreignStatusPathsOf, type LineShape, pathsOf } from './field-paths.js'
import { compileReader, type Root } from './line-reader.js'

/** Takes an HTTP status, 100 to 599, as a number or its digits. */
export function status(value: unknown): number | undefined {
  const code = toInteger(value)
  return code >= 100 && code <= 599 ? code : undefined
}

/**
 * The status of the request: the line's own, or else the one that its error asks to be answered with. The status of an answer that somebody
 * else gave to a call of ours, which some errors copy, is not the request's.
 */
export function statusOf(own: number | undefined, ofError: number | undefined, foreign: number | undefined): number {
  return own ?? (foreign === undefined ? ofError : undefined) ?? 0
}

/** Compiles a reader of the status, 0 where a line has none; it does not look at redacted places. */
export function compileStatus(shape: LineShape, redact?: readonly string[]): (roots: readonly Root[]) => number {
  const own = compileReader(pathsOf('statusCode', shape), redact)
  const ofError = compileReader(errorStatusPathsOf(shape), redact)
  const foreign = compileReader(foreignStatusPathsOf(shape))
  return (roots) => {
    const given = own(roots, status)
    return given ?? statusOf(given, ofError(roots, status), foreign(roots, status))
  }
}
