// Tells whether a parser understood a line: whether it would have found an error in it, had there been one.
import { withoutControls } from '../../text.js'
import { levelWordOf } from './level-word.js'
import type { ParsedLine, ParserName } from './line-parser.js'
import { logfmtMembersOf } from './logfmt.js'
import { isContinuation, isOfException } from './text-reader.js'

/** Whether a line was understood; it comes without its newline, in order with all others. */
export type Understanding = (line: string, parsed: ParsedLine) => boolean

/** UTF-16 units of a line of text that are looked at. */
const MAX_LENGTH = 8192

/**
 * JSON is understood where it has the shape of an object, an access line where it has the format of one, and text where it names a level, or
 * goes on with what did. Text without a level is not: nobody can tell from it that something failed.
 */
export function compileUnderstanding(name: ParserName): Understanding {
  let isOpen = false
  return (line, parsed) => {
    const isText = parsed.kind === 'nothing' && (name === 'auto' || name === 'text')
    isOpen = isText
      ? isUnderstood(line, isOpen)
      : parsed.kind === 'members' || (parsed.kind === 'json' && looksLikeObject(line.slice(parsed.start)))
    return isOpen
  }
}

/** Whether a text begins and ends as a JSON object does. That costs little, and whoever parses it sees whether it is one. */
export function looksLikeObject(text: string): boolean {
  return /^\s*\{\s*["}]/.test(text.slice(0, 64)) && /\}\s*$/.test(text.slice(-16))
}

function isUnderstood(line: string, isOpen: boolean): boolean {
  const text = withoutControls(line.length > MAX_LENGTH ? line.slice(0, MAX_LENGTH) : line)
  if (isOpen && isContinuation(text)) return true
  return levelWordOf(text) !== undefined || isOfException(text) || logfmtMembersOf(text) !== undefined
}
