// What the charts of both pages have in common: the colours of the style sheet, and a width that follows the page's.
import type uPlot from 'uplot'

/** Reads a colour of the style sheet, `--bad` for one. uPlot asks whenever it paints, since light and dark have colours of their own. */
export function colour(name: string): () => string {
  return () => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

/** The width that a chart has in this element, in CSS pixels. */
export function widthIn(parent: HTMLElement): number {
  return Math.max(120, parent.clientWidth)
}

/** Keeps a chart as wide as the element that holds it, and in the colours of light or dark. Returns what ends that. */
export function keepFitting(plot: uPlot, parent: HTMLElement): () => void {
  const fit = new ResizeObserver(() => plot.setSize({ width: widthIn(parent), height: plot.height }))
  const repaint = (): void => plot.redraw()
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  fit.observe(parent)
  scheme.addEventListener('change', repaint)
  return () => {
    fit.disconnect()
    scheme.removeEventListener('change', repaint)
  }
}
