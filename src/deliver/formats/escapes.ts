// Escapes that more than one receiver knows; each character by character.
import type { Escape } from './fit.js'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** As HTML, and Slack, want it. */
export const escapeEntities: Escape = (text) => text.replace(/[&<>]/g, (character) => entities[character] ?? '')

/** For the inside of a code block, which no text can end. */
export const escapeCode: Escape = (text) => text.replaceAll('`', 'ˋ')

/** An escaped text as a block in which nothing else has a meaning; takes eight characters more. */
export function codeBlock(escaped: string): string {
  return `\`\`\`\n${escaped}\n\`\`\``
}
