// The small chart of a row: what the window is made of, or how its count went since the page was opened.
import uPlot from './uplot.js'

export interface Chart {
  /** Times in seconds since the epoch, and a number for each. */
  update(times: readonly number[], values: readonly number[], threshold: number | undefined): void
  destroy(): void
}

const HEIGHT = 40

/** `bars` for errors of equal spans, else a line with the threshold across. */
export function drawChart(parent: HTMLElement, kind: 'bars' | 'line'): Chart {
  const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const bars = uPlot.paths.bars?.({ size: [0.9, 20], align: 1 })
  const chart = new uPlot(
    {
      width: Math.max(120, parent.clientWidth),
      height: HEIGHT,
      padding: [4, 0, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: { x: { time: true }, y: { range: (_, __, max) => [0, Math.max(1, max) * 1.1] } },
      series: [
        {},
        {
          stroke: () => colour('--accent'),
          fill: () => colour(kind === 'bars' ? '--accent' : '--accent-soft'),
          points: { show: false },
          ...(kind === 'bars' && bars !== undefined ? { paths: bars } : {}),
        },
        { stroke: () => colour('--bad'), dash: [4, 4], points: { show: false } },
      ],
    },
    [[], [], []],
    parent,
  )
  const fit = new ResizeObserver(() => chart.setSize({ width: Math.max(120, parent.clientWidth), height: HEIGHT }))
  fit.observe(parent)
  return {
    update: (times, values, threshold) =>
      chart.setData([[...times], [...values], times.map(() => (kind === 'line' ? threshold : undefined))]),
    destroy: () => {
      fit.disconnect()
      chart.destroy()
    },
  }
}
