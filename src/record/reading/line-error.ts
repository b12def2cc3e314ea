// Which records are errors; see README, What is an error. For records handed in and for those made from lines.

import type { LogRecord } from '../log-record.js'
import { ERROR } from '../severity.js'
import type { LineTraits } from './line-traits.js'

/** A record handed in directly is an error by its status code or by a message that is not blank. */
export function isErrorRecord(record: LogRecord, statusCodeThreshold: number): boolean {
  return record.statusCode >= statusCodeThreshold || /\S/.test(record.errorMessage)
}

/** A line is one by its status code, by its level, or by an attached error from `minSeverity` up that no 4xx explains. */
export function isErrorLine(line: LineTraits, statusCodeThreshold: number, minSeverity: number): boolean {
  if (line.statusCode >= statusCodeThreshold || line.severity >= ERROR) return true
  const isClientError = line.statusCode >= 400 && line.statusCode < 500
  return line.hasError && line.severity >= minSeverity && !isClientError
}
