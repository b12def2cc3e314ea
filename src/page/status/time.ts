// Times and spans as people read them.
import { roughSpan, span } from '../../text.js'

/** The time that is left: to the second below an hour, where somebody may wait for it, else in one unit. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return seconds < 3600 ? span(seconds) : roughSpan(seconds)
}

/** A moment by the reader's own clock, without the date where that is today. */
export function clock(iso: string): string {
  const at = new Date(iso)
  const isToday = at.toDateString() === new Date().toDateString()
  return isToday
    ? at.toLocaleTimeString(undefined, { timeStyle: 'medium' })
    : at.toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'medium' })
}
