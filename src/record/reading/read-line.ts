// A line that has been read: what suffices to judge it and to show it. And the compiled readers of lines.

import type { ErrorRecord } from '../log-record.js'
import { type LineShape, messagePathsOf } from './field-paths.js'
import { compileDetails, compileService, type LineDetails } from './line-details.js'
import { type Line, type Root, rootsOf } from './line-reader.js'
import { compileTraits, type LineTraits, type TraitsReader } from './line-traits.js'
import { compileFields, type FieldReaders, type LineMapper, mapperOf } from './map-line.js'
import { compileIsLast, compileRequestTraits, type RequestTraits } from './request-traits.js'

/** A line that has been read, as plain data: nothing in it refers to what the application logged. */
export interface ReadLine {
  readonly traits: LineTraits
  readonly request: RequestTraits
  readonly record: ErrorRecord
  readonly details: LineDetails
  /** The objects at which the paths of conditions and groups begin. */
  readonly roots: readonly Root[]
}

/** Readers of lines of one shape. Each reads a part of its own, since most lines are let go after their traits are read. */
export interface LineReading {
  readonly roots: (line: Line) => Root[]
  readonly traits: TraitsReader
  readonly request: (roots: readonly Root[]) => RequestTraits
  /** Whether a line looks like the last one of a request, even if it has no request id; cheaper than `request`. */
  readonly isLast: (roots: readonly Root[]) => boolean
  readonly record: LineMapper
  readonly fields: FieldReaders
  readonly details: (roots: readonly Root[]) => LineDetails
  readonly service: (roots: readonly Root[]) => string
}

export function compileReading(shape: LineShape, sampleFields: readonly string[] = []): LineReading {
  const messageKeys = messagePathsOf(shape)
  const fields = compileFields(shape)
  return {
    roots: (line) => rootsOf(line, shape.nestedKey, messageKeys),
    traits: compileTraits(shape),
    request: compileRequestTraits(shape),
    isLast: compileIsLast(),
    record: mapperOf(fields),
    fields,
    details: compileDetails(shape, sampleFields),
    service: compileService(shape),
  }
}
