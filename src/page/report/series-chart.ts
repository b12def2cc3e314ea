// One series of one setting over time: the errors in its window above, errors a minute below. It is drawn when it comes into view.
import uPlot from 'uplot'
import type { BacktestTimeline, TimelineSeries } from '../../backtest/timeline.js'
import { counted, grouped } from '../../text.js'
import { colour, keepFitting, widthIn } from '../charts.js'
import { make } from '../dom.js'
import { momentOf, most, rate, secondsOf, sum } from './figures.js'
import { markAlerts, markThreshold, shadeCooldowns } from './marks.js'
import type { TimeRange } from './runs.js'

export interface Charted {
  /** Charts of one key move together. */
  readonly key: string
  readonly name: string
  readonly series: TimelineSeries
  readonly timeline: BacktestTimeline
  /** What is shown where nobody has zoomed in. */
  readonly range: TimeRange
  /** The highest count, and the highest rate in errors a minute, that the axes have room for. */
  readonly tops: { readonly count: number; readonly rate: number }
}

const COUNTS_HEIGHT = 196
const RATES_HEIGHT = 108
/** A chart is drawn when it is this near to the screen. */
const DRAWN_WITHIN = '400px'
/** An axis ends above its highest value. */
const HEADROOM = 1.15

/** The elements of the chart: its facts in words, itself, and what is said of the moment that is pointed at. */
export function seriesChart(charted: Charted): readonly HTMLElement[] {
  const { name, series, timeline } = charted
  const facts = [
    counted(sum(series.errors), 'error'),
    `at most ${grouped(most(series.highest))} within ${series.windowSeconds} s`,
    `threshold ${grouped(series.threshold)}`,
    counted(sum(series.alerts), 'alert'),
  ].join(', ')
  const heading = make('p', { class: 'hint' }, facts)
  if (series.errors.length === 0) return [heading]
  const chart = make('div', {
    class: 'chart',
    tabindex: 0,
    role: 'img',
    'aria-label': `Chart of ${name}: ${facts}. Arrow keys move through time, with Shift from alert to alert.`,
  })
  const readout = make('p', { class: 'readout', 'aria-live': 'polite' })
  const from = secondsOf(timeline.from)
  const times = series.errors.map((_, at) => from + at * timeline.bucketSeconds)
  const say = (at: number | null | undefined): void => {
    readout.textContent = typeof at === 'number' ? bucketText(charted, times[at] ?? from, at) : ''
  }
  let plots: readonly uPlot[] = []
  const seen = new IntersectionObserver(
    ([entry]) => {
      if (entry?.isIntersecting !== true) return
      seen.disconnect()
      plots = drawPlots(chart, charted, times, say)
    },
    { rootMargin: DRAWN_WITHIN },
  )
  seen.observe(chart)
  readByKeys(chart, series, (at) => {
    const middle = (times[at] ?? from) + timeline.bucketSeconds / 2
    for (const plot of plots) plot.setCursor({ left: plot.valToPos(middle, 'x'), top: 0 }, false)
    say(at)
  })
  return [heading, chart, readout]
}

/** What one bucket of the timeline holds, in words. */
function bucketText({ series, timeline: { bucketSeconds } }: Charted, time: number, at: number): string {
  const isQuiet = series.cooldowns.some(
    ({ from, to }) => secondsOf(from) < time + bucketSeconds && secondsOf(to) > time,
  )
  const perMinute = ((series.errors[at] ?? 0) * 60) / bucketSeconds
  return [
    `${momentOf(time)}   ${grouped(series.highest[at] ?? 0)} in the window`,
    `${rate(perMinute)} errors a minute`,
    ...((series.alerts[at] ?? 0) > 0 ? ['ALERT'] : []),
    ...((series.ends[at] ?? 0) > 0 ? ['ended'] : []),
    ...(isQuiet ? ['cooldown'] : []),
  ].join(', ')
}

function drawPlots(
  parent: HTMLElement,
  { key, series, timeline, range, tops }: Charted,
  times: number[],
  say: (at: number | null | undefined) => void,
): readonly uPlot[] {
  const axis: uPlot.Axis = {
    stroke: colour('--dim'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
  }
  const counts: uPlot.Axis = {
    ...axis,
    size: 46,
    gap: 4,
    values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? grouped(value) : '')),
  }
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  const steps = { points: { show: false }, ...(stepped !== undefined && { paths: stepped }) }
  const optionsOf = (height: number, top: number): Omit<uPlot.Options, 'series'> => ({
    width: widthIn(parent),
    height,
    padding: [10, 8, 0, 0],
    legend: { show: false },
    tzDate: (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC'),
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false }, sync: { key, scales: ['x', null] } },
    scales: {
      // Where nobody has zoomed in, uPlot asks for the ends of its data.
      x: { range: (_, from, to) => (isWhole(times, from, to) ? [...range] : [from, to]) },
      y: { range: [0, top > 0 ? top * HEADROOM : 1] },
    },
  })
  const above = new uPlot(
    {
      ...optionsOf(COUNTS_HEIGHT, tops.count),
      axes: [{ ...axis, size: 8, values: (_, splits) => splits.map(() => '') }, counts],
      series: [{}, { stroke: colour('--count'), fill: colour('--fill'), width: 1.5, ...steps }],
      hooks: {
        drawClear: [shadeCooldowns(series)],
        draw: [markThreshold(series), markAlerts(series, times, timeline.bucketSeconds)],
        setCursor: [({ cursor }) => say(cursor.idx)],
      },
    },
    [times, [...series.highest]],
    parent,
  )
  const below = new uPlot(
    {
      ...optionsOf(RATES_HEIGHT, tops.rate),
      axes: [
        { ...axis, grid: { show: false }, size: 42, values: timeTexts },
        {
          ...counts,
          splits: [0, tops.rate],
          values: (_, splits) => splits.map((value) => (value === 0 ? '' : rate(value))),
        },
      ],
      series: [{}, { fill: colour('--rate'), width: 0, ...steps }],
    },
    [times, series.errors.map((count) => (count * 60) / timeline.bucketSeconds)],
    parent,
  )
  for (const plot of [above, below]) keepFitting(plot, parent)
  return [above, below]
}

/** Times below the axis, the date where a day begins. */
function timeTexts(_plot: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  let day = ''
  return splits.map((time) => {
    const text = new Date(time * 1000).toISOString()
    const [date, isNew] = [text.slice(5, 10), text.slice(0, 10) !== day]
    day = text.slice(0, 10)
    if (step >= 86_400) return date
    return `${text.slice(11, step < 60 ? 19 : 16)}${isNew ? `\n${date}` : ''}`
  })
}

function isWhole(times: readonly number[], from: number, to: number): boolean {
  return times.length === 1 || (from === times[0] && to === times.at(-1))
}

/** Left and right go from bucket to bucket, with Shift from alert to alert; Home and End to the first and the last. */
function readByKeys(chart: HTMLElement, { alerts }: TimelineSeries, show: (at: number) => void): void {
  const last = alerts.length - 1
  /** The bucket that the keys have come to; undefined before the first key. */
  let current: number | undefined
  const targets: Readonly<Record<string, (isShift: boolean) => number>> = {
    ArrowLeft: (isShift) =>
      isShift
        ? alerts.findLastIndex((count, at) => count > 0 && at < (current ?? last + 1))
        : Math.max(0, (current ?? last + 1) - 1),
    ArrowRight: (isShift) =>
      isShift
        ? alerts.findIndex((count, at) => count > 0 && at > (current ?? -1))
        : Math.min(last, (current ?? -1) + 1),
    Home: () => 0,
    End: () => last,
  }
  chart.addEventListener('keydown', (event) => {
    const found = targets[event.key]?.(event.shiftKey)
    if (found === undefined) return
    event.preventDefault()
    // Beyond the last alert it stays where it is.
    if (found >= 0) current = found
    if (current !== undefined) show(current)
  })
  chart.addEventListener('blur', () => {
    current = undefined
  })
}
