// The charts of a backtest's page, for browsers: errors in the window above, errors a minute below, drawn when they are seen.

/** Draws one series of one setting; stands behind the page's script, and runs it. */
export const chartScript: string = String.raw`
const charts = new Set()
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) {
    seen.unobserve(entry.target)
    entry.target.draw()
  }
}, { rootMargin: '400px' })

// What one view holds moves together: the settings that are compared, side by side.
function showChart(parent, series, { timeline }, { top, ratesTop, view }) {
  const { bucketSeconds } = timeline
  const from = Date.parse(timeline.from) / 1000
  const times = series.errors.map((_, i) => from + i * bucketSeconds)
  const rates = series.errors.map((count) => (count * 60) / bucketSeconds)
  const spans = series.cooldowns.map(({ from, to }) => [Date.parse(from) / 1000, Date.parse(to) / 1000])
  const facts = plural(sum(series.errors), 'error') + ', at most ' + grouped(most(series.highest)) + ' within '
    + series.windowSeconds + ' s, threshold ' + grouped(series.threshold) + ', ' + plural(sum(series.alerts), 'alert')
  add(parent, 'p', 'soft small', facts)
  if (times.length === 0) return
  const chart = add(parent, 'div', 'chart')
  chart.tabIndex = 0
  chart.setAttribute('role', 'img')
  chart.setAttribute('aria-label', 'Chart of ' + nameOf(series) + ': ' + facts + '. Arrow keys move through time, with Shift from alert to alert.')
  const readout = add(parent, 'p', 'readout')
  readout.setAttribute('aria-live', 'polite')
  const tell = (i) => {
    readout.textContent = i == null ? '' : dated(times[i]) + '   ' + grouped(series.highest[i]) + ' in the window, '
      + grouped(rates[i]) + ' errors a minute'
      + (series.alerts[i] > 0 ? ', ALERT' : '') + (series.ends[i] > 0 ? ', ended' : '')
      + (spans.some(([start, end]) => start < times[i] + bucketSeconds && end > times[i]) ? ', cooldown' : '')
  }
  let plots = []
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim()

  chart.draw = () => {
    for (const plot of plots) { plot.destroy(); view.plots.delete(plot) }
    chart.replaceChildren()
    charts.add(chart)
    const width = chart.clientWidth
    const axis = { stroke: colour('soft'), font: '12px system-ui, sans-serif', grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } }
    const common = (height) => ({
      width, height,
      padding: [10, 8, 0, 0],
      legend: { show: false },
      tzDate: (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC'),
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: true }, sync: { key: view.key, scales: ['x', null] } },
    })
    const steps = (max) => [0, max > 0 ? max * 1.15 : 1]
    const y = { ...axis, size: 46, gap: 4, values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? grouped(value) : '')) }
    const counts = new uPlot({
      ...common(196),
      scales: { x: { range: (_, min, max) => (view.isZoomed ? [min, max] : range) }, y: { range: steps(top) } },
      axes: [{ ...axis, show: true, size: 8, values: (_, splits) => splits.map(() => '') }, y],
      series: [{}, { stroke: colour('count'), fill: colour('fill'), width: 1.5, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) }],
      hooks: { drawClear: [shade], draw: [mark], setCursor: [(u) => tell(u.cursor.idx)] },
    }, [times, series.highest], chart)
    const bars = new uPlot({
      ...common(108),
      scales: { x: { range: (_, min, max) => (view.isZoomed ? [min, max] : range) }, y: { range: steps(ratesTop) } },
      axes: [{ ...axis, grid: { show: false }, size: 42, values: xValues }, { ...y, splits: (u) => [0, u.scales.y.max / 1.15], values: (_, splits) => splits.map((value) => (value === 0 ? '' : grouped(value))) }],
      series: [{}, { fill: colour('rate'), width: 0, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) }],
    }, [times, rates], chart)
    plots = [counts, bars]
    for (const plot of plots) {
      view.plots.add(plot)
      plot.over.addEventListener('mousedown', () => { view.isZoomed = true })
      plot.over.addEventListener('dblclick', () => {
        view.isZoomed = false
        for (const one of view.plots) one.setScale('x', { min: range[0], max: range[1] })
      })
    }
  }

  function shade(u) {
    const { ctx, bbox } = u
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    for (const [start, end] of spans) {
      const left = u.valToPos(start, 'x', true)
      const right = Math.min(u.valToPos(end, 'x', true), bbox.left + bbox.width + 2)
      ctx.fillStyle = colour('cooldown')
      ctx.fillRect(left, bbox.top, right - left, bbox.height)
      ctx.fillStyle = colour('edge')
      for (const x of [left, right]) ctx.fillRect(x, bbox.top, 1, bbox.height)
    }
    ctx.restore()
  }

  function mark(u) {
    const { ctx, bbox } = u
    const pixel = devicePixelRatio
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height)
    ctx.clip()
    const line = Math.round(u.valToPos(series.threshold, 'y', true))
    ctx.strokeStyle = colour('threshold')
    ctx.lineWidth = 2 * pixel
    ctx.setLineDash([6 * pixel, 4 * pixel])
    ctx.beginPath()
    ctx.moveTo(bbox.left, line)
    ctx.lineTo(bbox.left + bbox.width, line)
    ctx.stroke()
    ctx.setLineDash([])
    times.forEach((time, i) => {
      const x = u.valToPos(time + bucketSeconds / 2, 'x', true)
      if (series.alerts[i] > 0) {
        const tip = Math.max(bbox.top + 12 * pixel, u.valToPos(series.highest[i], 'y', true) - 2 * pixel)
        ctx.fillStyle = colour('alert')
        ctx.fillRect(x - pixel / 2, tip, pixel, bbox.top + bbox.height - tip)
        ctx.beginPath()
        ctx.moveTo(x, tip)
        ctx.lineTo(x - 6 * pixel, tip - 10 * pixel)
        ctx.lineTo(x + 6 * pixel, tip - 10 * pixel)
        ctx.fill()
      }
      if (series.ends[i] > 0) {
        ctx.strokeStyle = colour('end')
        ctx.lineWidth = 2 * pixel
        ctx.fillStyle = colour('card')
        ctx.beginPath()
        ctx.arc(x, bbox.top + bbox.height - 6 * pixel, 4 * pixel, 0, 2 * Math.PI)
        ctx.fill()
        ctx.stroke()
      }
    })
    ctx.restore()
  }

  let at = -1
  chart.addEventListener('keydown', (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key]
    if (steps === undefined || plots.length === 0) return
    event.preventDefault()
    const last = times.length - 1
    if (event.shiftKey && Number.isFinite(steps)) {
      const next = at < 0 && steps < 0 ? last + 1 : at
      for (let i = next + steps; i >= 0 && i <= last; i += steps) if (series.alerts[i] > 0) { at = i; break }
    } else at = Math.max(0, Math.min(last, at < 0 ? (steps < 0 ? last : 0) : at + steps))
    if (at >= 0) for (const plot of plots) plot.setCursor({ left: plot.valToPos(times[at] + bucketSeconds / 2, 'x'), top: 0 }, false)
    if (at >= 0) tell(at)
  })
  chart.addEventListener('blur', () => { at = -1 })
  seen.observe(chart)
}

function xValues(u, splits, _, __, step) {
  let day = ''
  return splits.map((time) => {
    const text = new Date(time * 1000).toISOString()
    const isNew = text.slice(0, 10) !== day
    day = text.slice(0, 10)
    if (step >= 86400) return text.slice(5, 10)
    return text.slice(11, step < 60 ? 19 : 16) + (isNew ? '\n' + text.slice(5, 10) : '')
  })
}

const redraw = () => { for (const chart of charts) chart.draw() }
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw)
let width = innerWidth
addEventListener('resize', () => {
  if (width === innerWidth) return
  width = innerWidth
  redraw()
})

showSummary()
if (data.runs.length > 1) showComparison()
showCharts()
showAlerts()
`
