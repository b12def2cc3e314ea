// The small chart of a row: the errors in each part of the window as bars, their count or share as a line, and the limit of that.
import uPlot from 'uplot'
import { colour, keepFitting, widthIn } from '../../charts.js'

export interface Drawn {
  /** The beginning and the end of the chart, in seconds since the epoch. */
  readonly range: readonly [from: number, to: number]
  /** The threshold, or the share that an alert needs in percent. */
  readonly limit: number
  /** When the row was looked at, in seconds since the epoch, and what it showed each time: the count, or the share in percent. */
  readonly times: readonly number[]
  readonly seen: readonly number[]
  /** Whether `limit` and `seen` are shares. */
  readonly isShare: boolean
  /** Errors in each of equal spans, from the beginning to the end; absent where they are not known. */
  readonly slots?: readonly number[] | undefined
}

export interface Chart {
  update(drawn: Drawn): void
  destroy(): void
}

const HEIGHT = 44

export function drawChart(parent: HTMLElement): Chart {
  let last: Drawn | undefined
  const bars = uPlot.paths.bars?.({ size: [0.8, 12], align: 1 })
  const upTo = (most: number): [number, number] => {
    const ofAll = last === undefined || last.isShare ? 0 : Math.max(mostOf(last), ...(last.slots ?? []))
    return [0, Math.max(most, ofAll) * 1.1]
  }
  const chart = new uPlot(
    {
      width: widthIn(parent),
      height: HEIGHT,
      padding: [2, 0, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: true, range: () => [...(last?.range ?? [0, 1])] as [number, number] },
        // Bars, count and threshold have the same range, so that none stands above another that is more. A share has one of its own.
        bars: { range: (_, __, max) => upTo(Math.max(1, max)) },
        line: { range: (_, __, max) => upTo(Math.max(max, last?.limit ?? 1)) },
      },
      series: [
        {},
        {
          scale: 'bars',
          fill: colour('--bars'),
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        },
        { scale: 'line', stroke: colour('--accent'), width: 2, points: { show: false } },
        { scale: 'line', stroke: colour('--bad'), dash: [4, 4], points: { show: false } },
      ],
    },
    [[], [], [], []],
    parent,
  )
  const end = keepFitting(chart, parent)
  return {
    update: (drawn) => {
      last = drawn
      chart.setData(toData(drawn))
    },
    destroy: () => {
      end()
      chart.destroy()
    },
  }
}

/** The most that the line and the limit show. */
function mostOf({ range: [from], times, seen, limit }: Drawn): number {
  return seen.reduce((most, value, at) => ((times[at] ?? 0) >= from ? Math.max(most, value) : most), limit)
}

/** Bars, line and limit on one axis of times. */
function toData({ range: [from, to], limit, times, seen, slots = [] }: Drawn): uPlot.AlignedData {
  const step = (to - from) / Math.max(1, slots.length)
  const tables: uPlot.AlignedData[] = [
    [slots.map((_, at) => from + at * step), [...slots]],
    [[...times], [...seen]],
    [
      [from, to],
      [limit, limit],
    ],
  ]
  return uPlot.join(tables)
}
