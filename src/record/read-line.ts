// A line that has been read: all that judging and telling it need, as plain data.
import type { LineDetails } from './line-details.js'
import type { Root } from './line-reader.js'
import type { LineTraits } from './line-traits.js'
import type { LogRecord } from './log-record.js'
import type { RequestTraits } from './request-traits.js'

export interface ReadLine {
  readonly traits: LineTraits
  readonly request: RequestTraits
  readonly record: LogRecord
  readonly details: LineDetails
  /** Where the paths of conditions and groups begin. */
  readonly roots: readonly Root[]
}
