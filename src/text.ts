// What text from a log line goes through before it is kept: bounded, without query strings, well-formed.

/** The most UTF-16 units of one text from a line that a record keeps. */
export const MAX_TEXT_LENGTH = 2048

/** Cuts what may hold secrets or harm: the query of every URL and path, control characters, lone surrogates, excess length. */
export function cleanText(text: string): string {
  const bounded = text.length > 4 * MAX_TEXT_LENGTH ? text.slice(0, 4 * MAX_TEXT_LENGTH) : text
  // Controls first: what they separate reads as one word once they are gone.
  const plain = /[^\t\x20-\x7e\xa0-\u1fff\u2070-\ud7ff]/.test(bounded) ? withoutControls(bounded) : bounded
  return truncate(cutQueries(plain), MAX_TEXT_LENGTH)
}

/** An error's message as one line, without what winston puts in front of it. */
export function cleanMessage(text: string): string {
  const line = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? ''
  return cleanText(line.replace(/^(?:uncaughtException|unhandledRejection): /, '').trimEnd())
}

/** The message in the first line of a stack, without the error's type. */
export function messageOfStack(stack: string): string {
  return cleanMessage(stack.replace(/^(?:Uncaught )?[A-Za-z_$][\w$.]*(?: \[[\w]+\])?: /, ''))
}

/**
 * Cuts the `?…` of every URL or path, up to white space or a double quote that does not open a value. A word is
 * taken for one when a slash stands before a question mark, or an equals sign behind one. Linear: one pass over the words.
 */
export function cutQueries(text: string): string {
  if (!text.includes('?')) return text
  return text.replace(/(?:[^\s"]|(?<==)"|"(?=[&=]))+/g, (word) => {
    const mark = word.indexOf('?')
    const isAddress =
      mark >= 0 &&
      mark < word.length - 1 &&
      (word.lastIndexOf('/', word.lastIndexOf('?')) >= 0 || word.includes('=', mark))
    const left = isAddress ? word.slice(0, mark) : word
    // White space that somebody left in a query: what follows it still reads like one.
    const pair = left.includes('?') ? -1 : left.search(/&[\w%.[\]-]+=/)
    return pair >= 0 ? left.slice(0, pair) : left
  })
}

/** At most `maxLength` UTF-16 units, never ending in half a character; what was cut shows as `…`. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/** Without what could forge or hide text for a reader, or move a terminal’s cursor. */
export function withoutControls(text: string): string {
  // C0 and C1 controls and escape sequences, zero-width and bidirectional marks: what could forge or hide text for a reader.
  const plain = text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
  return plain
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g, '')
}
