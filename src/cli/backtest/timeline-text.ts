// A timeline as rows of text: the window's highest count as bars, the threshold as a dashed line, alerts and cooldowns below.
import type { BacktestTimeline, TimelineSeries } from '../../backtest/timeline.js'
import { grouped, oneLine, truncate } from '../../text.js'

const HEIGHT = 6
const MIN_COLUMNS = 20
const BLOCKS = ' ▁▂▃▄▅▆▇█'

/** A series' own name: its rule, and what its group has in common. */
export function nameOf({ rule, groupBy }: Pick<TimelineSeries, 'rule' | 'groupBy'>): string {
  const values = Object.entries(groupBy ?? {}).map(([path, value]) => `${path}=${value === null ? '(none)' : value}`)
  return truncate(oneLine([rule, ...values].join(' · ')), 120)
}

/** The rows of one series' chart; `columns` is how many characters a row may have. */
export function chartOf(series: TimelineSeries, timeline: BacktestTimeline, columns: number): string[] {
  const { threshold } = series
  const top = Math.max(threshold, ...series.highest)
  const labelWidth = Math.max(7, grouped(top).length)
  const space = Math.max(MIN_COLUMNS, columns - labelWidth - 2)
  const perColumn = Math.max(1, Math.ceil(series.highest.length / space))
  const width = Math.ceil(series.highest.length / perColumn)
  const cells = Array.from({ length: width }, (_, i) => i * perColumn)
  const heights = cells.map((at) => Math.max(...series.highest.slice(at, at + perColumn)))
  const label = (text: string): string => text.padStart(labelWidth)
  const thresholdRow = Math.min(HEIGHT - 1, Math.floor((threshold / top) * HEIGHT))
  const rows = Array.from({ length: HEIGHT }, (_, i) => {
    const row = HEIGHT - 1 - i
    const isThreshold = row === thresholdRow
    const bars = heights.map((count) => {
      // What is not nothing is seen.
      const eighths = count === 0 ? 0 : Math.max(1, Math.round((count / top) * HEIGHT * 8))
      const block = BLOCKS[Math.max(0, Math.min(8, eighths - row * 8))] ?? ' '
      return block === ' ' && isThreshold ? '┄' : block
    })
    const tick = isThreshold ? grouped(threshold) : row === HEIGHT - 1 ? grouped(top) : row === 0 ? '0' : ''
    return `${label(tick)} ${isThreshold ? '┼' : '│'}${bars.join('')}`.trimEnd()
  })
  const sumOf = (counts: readonly number[], at: number): number =>
    counts.slice(at, at + perColumn).reduce((sum, count) => sum + count, 0)
  const startMs = Date.parse(timeline.from)
  const columnMs = perColumn * timeline.bucketSeconds * 1000
  const spans = series.cooldowns.map(({ from, to }) => [Date.parse(from), Date.parse(to)] as const)
  const isCooling = (i: number): boolean =>
    spans.some(([fromMs, toMs]) => fromMs < startMs + (i + 1) * columnMs && toMs > startMs + i * columnMs)
  const marks = cells.map((at) => (sumOf(series.alerts, at) > 0 ? '▲' : sumOf(series.ends, at) > 0 ? '▽' : ' '))
  const cooldowns = cells.map((_, i) => (isCooling(i) ? '░' : ' '))
  if (marks.some((mark) => mark !== ' ')) rows.push(`${label('alerts')}  ${marks.join('')}`.trimEnd())
  if (cooldowns.includes('░')) rows.push(`${label('quiet')}  ${cooldowns.join('')}`.trimEnd())
  rows.push(`${label('')}  ${axisOf(startMs, columnMs, width)}`)
  return rows
}

/** Times below their columns, as many as there is room for; the day where it is another than before. */
function axisOf(startMs: number, columnMs: number, width: number): string {
  let row = ''
  let day = ''
  while (row.length < width) {
    const moment = new Date(startMs + row.length * columnMs).toISOString()
    const time = columnMs < 60_000 ? moment.slice(11, 19) : moment.slice(11, 16)
    const text = `╵${moment.slice(0, 10) === day ? '' : `${moment.slice(5, 10)} `}${time}`
    if (row !== '' && row.length + text.length > width) break
    day = moment.slice(0, 10)
    row += text.padEnd(Math.max(text.length + 3, 20))
  }
  return row.trimEnd()
}
