// Which records are errors: contract §4, for records handed in and for those made from lines.
import type { LineRecord, LogRecord } from './log-record.js'
import { ERROR } from './severity.js'

/** A record handed in directly is an error by its status code or by a message that is not blank. */
export function isErrorRecord(record: LogRecord, statusCodeThreshold: number): boolean {
  return record.statusCode >= statusCodeThreshold || record.errorMessage.trim() !== ''
}

/** A line is one by its status code, by its level, or by an attached error from `minSeverity` up that no 4xx explains. */
export function isErrorLine(record: LineRecord, statusCodeThreshold: number, minSeverity: number): boolean {
  if (record.statusCode >= statusCodeThreshold || record.severity >= ERROR) return true
  const isClientError = record.statusCode >= 400 && record.statusCode < 500
  return record.hasError && record.severity >= minSeverity && !isClientError
}

/** Whether some status threshold or other would make it an error; what none could need not be kept. */
export function couldBeError(record: LogRecord & Partial<LineRecord>): boolean {
  return (
    record.statusCode !== 0 || record.errorMessage !== '' || record.hasError === true || (record.severity ?? 0) >= ERROR
  )
}
