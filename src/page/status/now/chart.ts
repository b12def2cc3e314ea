// The small chart of a row: the errors in each part of the window as bars, their count as a line, and the threshold.
import uPlot from 'uplot'
import { colour, keepFitting, widthIn } from '../../charts.js'

export interface Drawn {
  /** The beginning and the end of the chart, in seconds since the epoch. */
  readonly range: readonly [from: number, to: number]
  readonly threshold: number
  /** Counts that were seen: times in seconds since the epoch, and a count for each. */
  readonly seen: readonly [times: readonly number[], counts: readonly number[]]
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
  const highest = (of: number): number => Math.max(1, of) * 1.1
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
        // Bars, count and threshold have one scale, so that none stands above another that is more.
        count: { range: (_, __, max) => [0, highest(Math.max(max, last?.threshold ?? 0))] },
      },
      series: [
        {},
        {
          scale: 'count',
          fill: colour('--bars'),
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars }),
        },
        { scale: 'count', stroke: colour('--accent'), width: 2, points: { show: false } },
        { scale: 'count', stroke: colour('--bad'), dash: [4, 4], points: { show: false } },
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

/** Bars, counts and threshold on one axis of times. */
function toData({ range: [from, to], threshold, seen: [times, counts], slots = [] }: Drawn): uPlot.AlignedData {
  const step = (to - from) / Math.max(1, slots.length)
  const tables: uPlot.AlignedData[] = [
    [slots.map((_, at) => from + at * step), [...slots]],
    [[...times], [...counts]],
    [
      [from, to],
      [threshold, threshold],
    ],
  ]
  return uPlot.join(tables)
}
