// When a line was logged, by the line itself: as pino, winston, ECS, Google Cloud and Bunyan write it.
import { compilePath, member } from '../record/reading/path.js'
import { isObject } from '../unknown.js'

const readers = ['time', 'timestamp', '@timestamp', 'ts', 'date', 'datetime', 'meta.timestamp'].map(compilePath)

/** The last moment that a date can tell. Whoever wrote the line may have meant any number, and arithmetic ends somewhere. */
const LAST_DATE_MS = 8.64e15

/** Milliseconds since the epoch; undefined where the line does not tell. */
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

/** Seconds, milliseconds, microseconds and nanoseconds of our days are told apart by their size: 1973 to 5138 in each. */
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
