// The error that an alert shows.
import { oneLine } from '../../text.js'

/** Its status code, where it has one, and its message: both as one line, blank where it has neither. */
export function sampleText({ status_code: status, error_message: message }: Sample): string {
  return oneLine(`${status || ''} ${message}`)
}

interface Sample {
  readonly status_code: number
  readonly error_message: string
}
