// Takes a text of whole lines apart: neighbouring lines of JSON stay together, and go the way of a transport's lines; others were read by a parser.
import type { LineParser, ParsedLine } from './line-parser.js'

/** Gets what the lines of a text hold, in their order. */
export interface MixedTaker {
  /** Called with each line, without its newline: before what it holds is handed on, and after what the lines before hold, unless all are JSON. */
  seen?(line: string, parsed: ParsedLine): void
  /** Neighbouring lines of JSON. What stands before the JSON of a line, such as a time, is the `prefix` of a text that holds this one line. */
  json(text: string, lines: number, prefix: string): void
  /** What a parser has read from a line. */
  members(members: { readonly level?: unknown }, line: string): void
}

/** `text` is whole lines, each with its newline. */
export function takeMixed(text: string, parse: LineParser, taker: MixedTaker): void {
  let run = { start: 0, end: 0, lines: 0, prefix: '' }
  const endRun = (): void => {
    if (run.lines > 0) taker.json(text.slice(run.start, run.end), run.lines, run.prefix)
    run = { start: 0, end: 0, lines: 0, prefix: '' }
  }
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start) + 1
    const line = text.slice(start, end - 1)
    const parsed = parse(line)
    if (parsed.kind !== 'json') endRun()
    taker.seen?.(line, parsed)
    if (parsed.kind === 'json') {
      if (run.end !== start + parsed.start || run.prefix !== '') endRun()
      if (run.lines === 0) run = { start: start + parsed.start, end, lines: 1, prefix: line.slice(0, parsed.start) }
      else run = { ...run, end, lines: run.lines + 1 }
    } else if (parsed.kind === 'members') taker.members(parsed.members, line)
    start = end
  }
  endRun()
}
