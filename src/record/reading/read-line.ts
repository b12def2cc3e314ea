// A line that has been read: all that judging and telling it need, as plain data; and what reads it.

import type { LogRecord } from '../log-record.js'
import type { LineShape } from './field-paths.js'
import { compileDetails, type LineDetails } from './line-details.js'
import type { Root } from './line-reader.js'
import { compileTraits, type LineTraits, type TraitsReader } from './line-traits.js'
import { compileMapper, type LineMapper } from './map-line.js'
import { compileIsLast, compileRequestTraits, type RequestTraits } from './request-traits.js'

export interface ReadLine {
  readonly traits: LineTraits
  readonly request: RequestTraits
  readonly record: LogRecord
  readonly details: LineDetails
  /** Where the paths of conditions and groups begin. */
  readonly roots: readonly Root[]
}

/** What reads lines of one shape; each part by itself, since most lines are let go after the first. */
export interface LineReading {
  readonly traits: TraitsReader
  readonly request: (roots: readonly Root[]) => RequestTraits
  /** Whether it looks like the last line of a request, with an id or without; costs less than `request`. */
  readonly isLast: (roots: readonly Root[]) => boolean
  readonly record: LineMapper
  readonly details: (roots: readonly Root[]) => LineDetails
}

export function compileReading(shape: LineShape, sampleFields: readonly string[] = []): LineReading {
  return {
    traits: compileTraits(shape),
    request: compileRequestTraits(shape),
    isLast: compileIsLast(),
    record: compileMapper(shape),
    details: compileDetails(shape, sampleFields),
  }
}
