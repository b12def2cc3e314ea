// Texts within a receiver's limits, as they are after escaping.

/** Escapes character by character: what it makes of a text is what it makes of its characters, one after the other. */
export type Escape = (text: string) => string
export type Measure = (text: string) => number

const asItIs: Escape = (text) => text
const units: Measure = (text) => text.length

/** What a text takes in a JSON body, in bytes. */
export const jsonBytes: Measure = (text) => Buffer.byteLength(JSON.stringify(text)) - 2

/** The escaped text, or as much of it as there is room for: no character or escape is cut apart, and what was cut shows as `…`. */
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

/** The first lines that fit, each of at most `maxLine`, with a line feed between them. */
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
