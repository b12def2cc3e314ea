// The `Retry-After` header: how long a receiver asks us to wait.

/** The longest wait that a receiver may ask for, an hour: with more it could silence an alert for good. */
export const MAX_RETRY_AFTER_MS = 3_600_000

const SECONDS = /^\d+(\.\d+)?$/
/** The two forms of an HTTP date that name their time zone; `Date.parse` alone takes almost any text. */
const HTTP_DATE = /^[A-Z][a-z]{2,8}, \d{2}[ -][A-Z][a-z]{2}[ -](\d{2}|\d{4}) \d{2}:\d{2}:\d{2} GMT$/

/** The wait, from 1 ms to an hour, that a header asks for; undefined where it asks for none or makes no sense. */
export function readRetryAfter(header: string, nowMs: number): number | undefined {
  const text = header.trim()
  const waitMs = SECONDS.test(text) ? 1000 * Number(text) : HTTP_DATE.test(text) ? Date.parse(text) - nowMs : Number.NaN
  return waitMs > 0 ? Math.min(Math.ceil(waitMs), MAX_RETRY_AFTER_MS) : undefined
}
