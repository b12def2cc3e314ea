// Reads from a line when it was logged, as pino, winston, ECS, Google Cloud and Bunyan write the time.
import { compilePath, member } from '../record/reading/path.js'
import { isObject } from '../unknown.js'

const readers = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  'date',
  'datetime',
  'meta.timestamp',
  '__REALTIME_TIMESTAMP',
].map(compilePath)

/** The largest time of a `Date`, in ms from the epoch on, forwards or backwards. A line may hold any number; a larger one is no time. */
export const LAST_DATE_MS = 8.64e15

/** When a line was logged, in ms since the epoch; undefined where it does not say. */
export function timeOf(members: object): number | undefined {
  for (const read of readers) {
    const timeMs = toMs(read(members))
    if (timeMs !== undefined && Math.abs(timeMs) <= LAST_DATE_MS) return timeMs
  }
  return undefined
}

function toMs(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value === 'string') return /^\d{9,19}(\.\d+)?$/.test(value) ? fromNumber(Number(value)) : parse(value)
  if (!isObject(value)) return undefined
  // Google Cloud: { seconds, nanos }.
  const [seconds, nanos] = [Number(member(value, 'seconds')), Number(member(value, 'nanos') ?? 0)]
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 + nanos / 1e6 : undefined
}

/**
 * Makes milliseconds of a number of seconds, milliseconds, microseconds or nanoseconds since the epoch. The size of the number tells
 * its unit: each unit has a range of its own, which is the years from 1973 to 5138.
 */
function fromNumber(value: number): number | undefined {
  if (!(value >= 1e8) || value >= 1e20) return undefined
  if (value < 1e11) return value * 1000
  if (value < 1e14) return value
  return value < 1e17 ? value / 1000 : value / 1e6
}

function parse(text: string): number | undefined {
  const timeMs = Date.parse(text)
  return Number.isNaN(timeMs) ? undefined : timeMs
}
