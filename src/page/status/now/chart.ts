// The small chart of a row: the errors that the window is made of, and how their count went against the threshold.
import uPlot from 'uplot'

export interface Drawn {
  /** Seconds since the epoch at which the chart begins, and ends. */
  readonly range: readonly [from: number, to: number]
  readonly threshold: number
  /** What was seen of the count: times in seconds since the epoch, and a number for each. */
  readonly seen: readonly [times: readonly number[], counts: readonly number[]]
  /** Errors of equal spans, from the beginning to the end; absent where they are not known. */
  readonly slots?: readonly number[] | undefined
}

export interface Chart {
  update(drawn: Drawn): void
  destroy(): void
}

const HEIGHT = 44
const MIN_WIDTH = 120

export function drawChart(parent: HTMLElement): Chart {
  let last: Drawn | undefined
  const colour = (name: string) => (): string =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const bars = uPlot.paths.bars?.({ size: [0.8, 12], align: 1 })
  const highest = (of: number): number => Math.max(1, of) * 1.1
  const chart = new uPlot(
    {
      width: Math.max(MIN_WIDTH, parent.clientWidth),
      height: HEIGHT,
      padding: [2, 0, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: true, range: () => [...(last?.range ?? [0, 1])] as [number, number] },
        // A few slots' errors would not be seen beside the count of all.
        slot: { range: (_, __, max) => [0, 1.6 * highest(max)] },
        count: { range: (_, __, max) => [0, highest(Math.max(max, last?.threshold ?? 0))] },
      },
      series: [
        {},
        {
          scale: 'slot',
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
  const draw = (): void => {
    if (last !== undefined) chart.setData(toData(last))
  }
  const fit = new ResizeObserver(() =>
    chart.setSize({ width: Math.max(MIN_WIDTH, parent.clientWidth), height: HEIGHT }),
  )
  fit.observe(parent)
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', draw)
  return {
    update: (drawn) => {
      last = drawn
      draw()
    },
    destroy: () => {
      fit.disconnect()
      scheme.removeEventListener('change', draw)
      chart.destroy()
    },
  }
}

/** All on one axis of times. */
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
