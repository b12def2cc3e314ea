import t from 'tap'
import { MAX_RETRY_AFTER_MS, readRetryAfter } from '../../src/deliver/retry-after.js'
import { fc } from '../fixtures/properties.js'

const nowMs = Date.parse('2026-11-23T18:16:07Z')

t.test('reads seconds and dates, at most an hour, and ignores the rest', (t) => {
  const rows: [header: string, waitMs: number | undefined][] = [
    ['1', 1000],
    [' 120 ', 120_000],
    ['64.57', 64_570],
    ['3600', MAX_RETRY_AFTER_MS],
    ['3601', MAX_RETRY_AFTER_MS],
    ['1000000000', MAX_RETRY_AFTER_MS],
    ['9'.repeat(400), MAX_RETRY_AFTER_MS],
    ['Mon, 23 Nov 2026 18:16:37 GMT', 30_000],
    ['Monday, 23-Nov-26 18:16:37 GMT', 30_000],
    ['Tue, 24 Nov 2026 18:16:07 GMT', MAX_RETRY_AFTER_MS],
    ['Mon, 23 Nov 2026 18:16:07 GMT', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
    ...['', ' ', '0', '-5', '+5', '1e9', '0x10', 'Infinity', 'NaN', '5 apples', 'soon', '5, 10', '1.', '.5'].map(
      (header): [string, undefined] => [header, undefined],
    ),
    ...['2026-11-23T18:17:07Z', 'Mon, 23 Nov 2026 18:17:07', 'Mon, 99 Nov 2026 18:17:07 GMT', 'Nov 24'].map(
      (header): [string, undefined] => [header, undefined],
    ),
  ]
  for (const [header, waitMs] of rows) t.equal(readRetryAfter(header, nowMs), waitMs, header)
  t.end()
})

t.test('never gives anything but undefined or 1 ms to an hour', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.integer().map(String),
        fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
      ),
      (text) => {
        const waitMs = readRetryAfter(text, nowMs)
        return waitMs === undefined || (Number.isInteger(waitMs) && waitMs >= 1 && waitMs <= MAX_RETRY_AFTER_MS)
      },
    ),
  )
  t.end()
})
