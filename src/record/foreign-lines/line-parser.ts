// Reads the lines that any program prints: as JSON, as plain text, as an access log, or each line as what it looks like.
import { withoutControls } from '../../text.js'
import { accessMembersOf } from './access-line.js'
import { levelWordOf } from './level-word.js'
import { TextReader } from './text-reader.js'

export const parserNames = ['auto', 'json', 'text', 'morgan'] as const
export type ParserName = (typeof parserNames)[number]

/** What a line holds: JSON text from an index on, members that were read, or nothing that could be an error. */
export type ParsedLine =
  | { readonly kind: 'json'; readonly start: number }
  | { readonly kind: 'members'; readonly members: { readonly level?: unknown } }
  | { readonly kind: 'nothing' }

/** Reads a line, which comes without its newline. It must get all lines in order: an error, its exception and its stack count once. */
export type LineParser = (line: string) => ParsedLine

const NOTHING: ParsedLine = { kind: 'nothing' }
const WHOLE: ParsedLine = { kind: 'json', start: 0 }
/** The end of what docker compose, kubectl, journald and the like put before a line. */
const PREFIX = /(?:[|\]:>]|Z|[+-]\d\d:?\d\d| F)\s+$/
/** JSON behind more UTF-16 units than these is a part of a message, and the text before it no prefix. */
const MAX_PREFIX_LENGTH = 120

export function compileLineParser(name: ParserName): LineParser {
  const reader = new TextReader()
  const asText = (line: string): ParsedLine => membersOr(reader.read(line))
  const asAccess = (line: string): ParsedLine => membersOr(accessMembersOf(line))
  switch (name) {
    case 'json':
      return () => WHOLE
    case 'text':
      return (line) => asText(line)
    case 'morgan':
      return (line) => asAccess(uncoloured(line))
    case 'auto':
      return (line) => {
        const start = jsonStartOf(line)
        if (start >= 0) return start === 0 ? WHOLE : { kind: 'json', start }
        const access = mayBeAccess(line) ? asAccess(uncoloured(line)) : NOTHING
        return access.kind === 'nothing' ? asText(line) : access
      }
    default:
      return name satisfies never
  }
}

function membersOr(members: { readonly level?: unknown } | undefined): ParsedLine {
  return members === undefined ? NOTHING : { kind: 'members', members }
}

/** Index at which a JSON object begins; -1 where the line has none, or where the text before it is a message. */
export function jsonStartOf(line: string): number {
  if (line.charCodeAt(0) === 0x7b) return 0
  const start = line.indexOf('{"')
  if (start <= 0 || start > MAX_PREFIX_LENGTH || !/\}\r?$/.test(line.slice(-2))) return -1
  const prefix = line.slice(0, start)
  if (/^\s+$/.test(prefix)) return start
  return PREFIX.test(prefix) && levelWordOf(prefix) === undefined ? start : -1
}

/** Whether a line may be of an access log, by how it ends, and by the end of a date (`] "`) or a response time (` ms`) in it. */
function mayBeAccess(line: string): boolean {
  return /["\d\-sm\s]$/.test(line.slice(-1)) && (line.includes('] "') || line.includes(' ms'))
}

function uncoloured(line: string): string {
  return line.includes('\u001b') ? withoutControls(line) : line
}
