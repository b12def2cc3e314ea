// A timeline as a chart of text: bars show the highest count in the window, a dashed line the threshold, marks below them alerts and cooldowns.
import type { BacktestTimeline, TimelineSeries } from '../../backtest/timeline.js'
import { grouped, oneLine, truncate } from '../../text.js'

/** Height of the bars, in lines. */
const HEIGHT = 6
/** Width that the bars may have at least, in characters, however narrow the terminal is. */
const MIN_COLUMNS = 20
const BLOCKS = ' ▁▂▃▄▅▆▇█'

/** The name of a series: its rule, and the values of its group. */
export function nameOf({ rule, groupBy }: Pick<TimelineSeries, 'rule' | 'groupBy'>): string {
  const values = Object.entries(groupBy ?? {}).map(([path, value]) => `${path}=${value === null ? '(none)' : value}`)
  return truncate(oneLine([rule, ...values].join(' · ')), 120)
}

/** The lines of the chart of one series. A line has at most `columns` characters if there is room for the narrowest bars. */
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
      // A count that is not 0 is visible, however low its bar.
      const eighths = count === 0 ? 0 : Math.max(1, Math.round((count / top) * HEIGHT * 8))
      const block = BLOCKS[Math.max(0, Math.min(8, eighths - row * 8))] ?? ' '
      return block === ' ' && isThreshold ? '┄' : block
    })
    const tick = isThreshold ? grouped(threshold) : row === HEIGHT - 1 ? grouped(top) : row === 0 ? '0' : ''
    return `${label(tick)} ${isThreshold ? '┼' : '│'}${bars.join('')}`.trimEnd()
  })
  // Where the threshold is in the top row, and has its label there, that of the top stands above it.
  if (thresholdRow === HEIGHT - 1 && top > threshold) rows.unshift(`${label(grouped(top))} │`)
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

/** The line of times below the columns, as many as there is room for. A time has its day in front if the one before has another day. */
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
