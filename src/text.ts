// Text from elsewhere, made safe to keep and safe to show; and counts, spans and times in words.

/** What no kept text has: sequences that set colours; controls but the tab, zero-width and bidirectional marks. */
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g
/** A control, or half a character. */
const CONTROL_OR_SURROGATE =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/

/** What no shown text has: sequences that set colours and move the cursor, and those that set titles and links. */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0000-\u001f\u007f-\u009f]*(?:\u0007|\u001b\\|\u009c)/g
/** Nor these, which move a cursor, forge a line, hide text or turn it round: controls, marks, fillers and tags. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u180e\u2065\u3164\uffa0\u{e0000}-\u{e007f}]/gu

/** The most UTF-16 units of one text from a line that a record keeps. */
export const MAX_TEXT_LENGTH = 2048

/** Cuts what may hold secrets or harm: the query of every URL and path, control characters, lone surrogates, excess length. */
export function cleanText(text: string): string {
  const bounded = text.length > 4 * MAX_TEXT_LENGTH ? text.slice(0, 4 * MAX_TEXT_LENGTH) : text
  // Controls first: what they separate reads as one word once they are gone.
  return truncate(cutQueries(withoutControls(bounded)), MAX_TEXT_LENGTH)
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

/** A text that may be kept. Programs read it as well as people do, so no more is taken out than has to be; `oneLine` takes the rest out of what is shown. */
export function withoutControls(text: string): string {
  // Most texts have none, which is soon seen.
  if (!CONTROL_OR_SURROGATE.test(text)) return text
  return text.replace(COLOURS, '').toWellFormed().replace(CONTROLS, '')
}

/**
 * Any value as one line that may be shown to people, in a terminal or by a receiver: nothing in it moves a cursor, forges a line, hides text or
 * turns it round. Whatever comes from a log, from Redis, from a receiver or from a file's name goes through this on its way to a person.
 */
export function oneLine(value: unknown): string {
  const plain = textOf(value).replace(SEQUENCES, '').toWellFormed()
  return plain.replace(/\s+/g, ' ').replace(HIDDEN, '').replace(/ {2,}/g, ' ').trim()
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** `error` for one of them, `errors` for any other count. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return count === 1 ? one : many
}

/** `12,345`. */
export function grouped(count: number): string {
  return count.toLocaleString('en')
}

const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
] as const

/** `60 s`, `2 min 22 s`, `3 h 5 min`, `2 d`: in the largest unit of which there are two, and what is left in the next. */
export function span(seconds: number): string {
  return partsOf(seconds).join(' ')
}

/** The same without what is left, of a whole number of seconds: `2 min`, `3 h`. */
export function roughSpan(seconds: number): string {
  return partsOf(Math.max(0, Math.round(seconds)))[0]
}

function partsOf(seconds: number): [largest: string, rest?: string] {
  const at = units.findIndex((unit) => seconds >= 2 * unit.seconds)
  const unit = units[at]
  if (unit === undefined) return [`${seconds} s`]
  const next = units[at + 1] ?? { name: 's', seconds: 1 }
  const [whole, rest] = [Math.floor(seconds / unit.seconds), Math.floor((seconds % unit.seconds) / next.seconds)]
  return rest === 0 ? [`${whole} ${unit.name}`] : [`${whole} ${unit.name}`, `${rest} ${next.name}`]
}

/** RFC 3339 in whole seconds, as the original service writes it. */
export function toTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** Whether a text is such a time: another hand may have changed one in Redis. */
export function isTimestamp(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text))
}
