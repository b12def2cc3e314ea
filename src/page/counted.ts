// Counts with the word for what is counted.
import { grouped, plural } from '../text.js'

/** `1 error`, `1,234 errors`. */
export function counted(count: number, one: string, many?: string): string {
  return `${grouped(count)} ${plural(count, one, many)}`
}
