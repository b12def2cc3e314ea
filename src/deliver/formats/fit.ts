// Cuts texts to a receiver's limits, which count them after escaping; and leaves out the links that have no room.
import type { Link } from '../../alert/words.js'

/** Escapes character by character: an escaped text is its escaped characters, one after the other. */
export type Escape = (text: string) => string
export type Measure = (text: string) => number

const asItIs: Escape = (text) => text
const units: Measure = (text) => text.length

/** The bytes that a text takes in a JSON body. */
export const jsonBytes: Measure = (text) => Buffer.byteLength(JSON.stringify(text)) - 2

/** The escaped text, or as much of it as fits and `…`; no character and no escape is cut apart. `max` is in units of `measure`. */
export function fit(text: string, max: number, escaped: Escape = asItIs, measure: Measure = units): string {
  const whole = escaped(text)
  if (measure(whole) <= max) return whole
  let room = max - measure('…')
  let fitting = ''
  for (const character of text) {
    const next = escaped(character)
    room -= measure(next)
    if (room < 0) break
    fitting += next
  }
  return `${fitting}…`
}

/** The first lines that fit into `max` characters, each of at most `maxLine`, with a line feed between them. */
export function fitLines(lines: readonly string[], max: number, maxLine: number, escaped: Escape = asItIs): string {
  const fitting: string[] = []
  let room = max + 1
  for (const line of lines) {
    const next = fit(line, maxLine, escaped)
    room -= next.length + 1
    if (room < 0) break
    fitting.push(next)
  }
  return fitting.join('\n')
}

/** The links that find room together, the first ones first; one that does not is left out, since part of a url leads nowhere. */
export function fittingLinks(links: readonly Link[], max: number, sizeOf: (link: Link) => number): readonly Link[] {
  let room = max
  return links.filter((link) => {
    const size = sizeOf(link)
    if (size > room) return false
    room -= size
    return true
  })
}
