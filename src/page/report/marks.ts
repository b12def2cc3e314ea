// What is painted into the chart of counts beside the counts: cooldowns behind them, threshold, alerts and ends before them.
import type uPlot from 'uplot'
import type { TimelineSeries } from '../../backtest/timeline.js'
import { colour } from '../charts.js'
import { secondsOf } from './figures.js'

type Paint = (plot: uPlot) => void

/** A span in which no alert is raised has a ground of its own, and an edge at both sides. */
export function shadeCooldowns({ cooldowns }: TimelineSeries): Paint {
  const spans = cooldowns.map(({ from, to }) => [secondsOf(from), secondsOf(to)] as const)
  return (plot) =>
    paint(plot, 0, ({ ctx, bbox, valToPos }) => {
      for (const [from, to] of spans) {
        const left = valToPos(from, 'x', true)
        const right = Math.min(valToPos(to, 'x', true), bbox.left + bbox.width + 2)
        ctx.fillStyle = colour('--cooldown')()
        ctx.fillRect(left, bbox.top, right - left, bbox.height)
        ctx.fillStyle = colour('--edge')()
        for (const x of [left, right]) ctx.fillRect(x, bbox.top, 1, bbox.height)
      }
    })
}

export function markThreshold({ threshold }: TimelineSeries): Paint {
  return (plot) =>
    paint(plot, 0, ({ ctx, bbox, valToPos }) => {
      const y = Math.round(valToPos(threshold, 'y', true))
      ctx.strokeStyle = colour('--threshold')()
      ctx.lineWidth = 2 * devicePixelRatio
      ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio])
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      ctx.stroke()
    })
}

/** An alert is a pin on the count that raised it, an end a ring at the bottom. `times` are when the buckets begin. */
export function markAlerts(
  { alerts, ends, highest }: TimelineSeries,
  times: readonly number[],
  bucketSeconds: number,
): Paint {
  return (plot) =>
    // A pin may stand out at the top.
    paint(plot, plot.bbox.top, ({ ctx, bbox, valToPos }) => {
      const pixel = devicePixelRatio
      const bottom = bbox.top + bbox.height
      for (const [at, time] of times.entries()) {
        const x = valToPos(time + bucketSeconds / 2, 'x', true)
        if ((alerts[at] ?? 0) > 0) {
          const tip = Math.max(bbox.top + 12 * pixel, valToPos(highest[at] ?? 0, 'y', true) - 2 * pixel)
          ctx.fillStyle = colour('--alert')()
          ctx.fillRect(x - pixel / 2, tip, pixel, bottom - tip)
          ctx.beginPath()
          ctx.moveTo(x, tip)
          ctx.lineTo(x - 6 * pixel, tip - 10 * pixel)
          ctx.lineTo(x + 6 * pixel, tip - 10 * pixel)
          ctx.fill()
        }
        if ((ends[at] ?? 0) > 0) {
          ctx.strokeStyle = colour('--end')()
          ctx.lineWidth = 2 * pixel
          ctx.fillStyle = colour('--card')()
          ctx.beginPath()
          ctx.arc(x, bottom - 6 * pixel, 4 * pixel, 0, 2 * Math.PI)
          ctx.fill()
          ctx.stroke()
        }
      }
    })
}

/** Paints within the plot, and this far above it in canvas pixels; leaves the canvas as it was. */
function paint(plot: uPlot, above: number, draw: Paint): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top - above, bbox.width, bbox.height + above)
  ctx.clip()
  draw(plot)
  ctx.restore()
}
