// Reads from a line of text when it was logged.

/** A time is searched for in this many UTF-16 units of a line. */
const MAX_HEAD_LENGTH = 256
const CLOCK = String.raw`(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?`

/** The forms of a date with a time of day, each behind the start of a line, a blank or a mark. */
const forms: readonly RegExp[] = [
  // RFC 3339, log4j, nginx's error log, Python, PostgreSQL: `2026-11-30T12:00:00.123Z`, `2026/11/30 12:00:00,123 +0100`
  String.raw`(?<![\d.])(?<year>\d{4})[-/](?<month>\d\d)[-/](?<day>\d\d)[T ]${CLOCK}(?: ?(?<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?`,
  // Apache, nginx, morgan: `30/Nov/2026:12:00:00 +0000`
  String.raw`(?<![\d.])(?<day>\d\d)/(?<name>[A-Z][a-z]{2})/(?<year>\d{4}):${CLOCK} (?<zone>[+-]\d{4})`,
  // syslog and journald, Apache's error log: `Nov 30 12:00:00`, `Mon Nov 30 12:00:00.123456 2026`
  String.raw`(?<![\w.])(?<name>[A-Z][a-z]{2}) {1,2}(?<day>\d{1,2}) ${CLOCK}(?: (?<year>\d{4})\b)?`,
  // klog and glog: `E1130 12:00:00.123456`
  String.raw`^[IWEF](?<month>\d\d)(?<day>\d\d) ${CLOCK}`,
].map((form) => new RegExp(form))

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAY_MS = 86_400_000

/**
 * When a line of text was logged, in ms since the epoch; undefined where its head does not say. A time without a zone is in the zone of this
 * machine, as in JSON. A date without a year is the last one that `nowMs` has seen, or will see within a day.
 */
export function textTimeOf(line: string, nowMs: number): number | undefined {
  const head = line.length > MAX_HEAD_LENGTH ? line.slice(0, MAX_HEAD_LENGTH) : line
  for (const form of forms) {
    const parts = form.exec(head)?.groups
    if (parts !== undefined) return toMs(parts, nowMs)
  }
  return undefined
}

function toMs(parts: Readonly<Record<string, string | undefined>>, nowMs: number): number | undefined {
  const number = (name: string): number => Number(parts[name] ?? 0)
  const month = parts['name'] === undefined ? number('month') - 1 : months.indexOf(parts['name'])
  const ms = Number((parts['fraction'] ?? '').padEnd(3, '0').slice(0, 3))
  const inYear = (year: number): number | undefined => {
    const date = [year, month, number('day'), number('hour'), number('minute'), number('second'), ms] as const
    const day = new Date(Date.UTC(...date))
    // The 30th of February is no date: `Date` would make another one of it.
    if (month < 0 || day.getUTCMonth() !== month || day.getUTCDate() !== number('day')) return undefined
    const { zone } = parts
    return zone === undefined ? new Date(...date).getTime() : day.getTime() - offsetMsOf(zone)
  }
  if (parts['year'] !== undefined) return inYear(number('year'))
  const thisYear = new Date(nowMs).getUTCFullYear()
  const years = [thisYear + 1, thisYear, thisYear - 1].map(inYear)
  return years.find((timeMs) => timeMs !== undefined && timeMs <= nowMs + DAY_MS)
}

function offsetMsOf(zone: string): number {
  const [, sign = '+', hours = 0, minutes = 0] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes)) * 60_000
}
