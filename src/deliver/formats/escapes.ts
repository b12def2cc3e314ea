// Escapes that more than one receiver understands. Each works character by character, as `Escape` requires.
import type { Escape } from './fit.js'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** Escapes for HTML and for Slack. */
export const escapeEntities: Escape = (text) => text.replace(/[&<>]/g, (character) => entities[character] ?? '')

/**
 * A text without urls. Below a message with a url some receivers show what is behind it: a picture of whoever wrote it into a log. To be
 * used before a text is cut.
 */
export function unlinked(text: string): string {
  return text.replaceAll('://', ': //')
}

/** For the inside of a code block: backticks become look-alikes, so that no text can end the block. */
export const escapeCode: Escape = (text) => text.replaceAll('`', 'ˋ')

/** A code block with a text that `escapeCode` has escaped; it takes eight characters more. */
export function codeBlock(escaped: string): string {
  return `\`\`\`\n${escaped}\n\`\`\``
}
