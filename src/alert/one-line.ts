import { withoutControls } from '../text.js'

/** Invisible or reordering characters beyond the usual controls: soft hyphens, marks, joiners, tags. */
const INVISIBLE = /[\u00ad\u061c\u115f\u1160\u180e\u2060-\u206f\u3164\ufeff\uffa0\u{e0000}-\u{e007f}]/gu

/** Any value of a payload as one line for people, in which nothing can forge, hide or reorder text. */
export function oneLine(value: unknown): string {
  const text = typeof value === 'string' ? value : textOf(value)
  return withoutControls(text.replace(/\s+/g, ' ')).replace(INVISIBLE, '').replace(/ {2,}/g, ' ').trim()
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
