// Text from elsewhere, made safe to keep and safe to show; and counts, spans and times in words.

/** Sequences that set colours, which no kept text has. */
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g
/** Characters that no kept text has: controls (but the tab), and zero-width and bidirectional marks. */
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/g
/** One of `CONTROLS`, or a surrogate, which may be half a character. */
const CONTROL_OR_SURROGATE =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/

/** Sequences that no shown text has: they set colours, move the cursor, or set titles and links. */
const SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0000-\u001f\u007f-\u009f]*(?:\u0007|\u001b\\|\u009c)/g
/** Characters that no shown text has: controls, marks, fillers and tags move a cursor, forge a line, hide text or turn it round. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u180e\u2065\u3164\uffa0\u{e0000}-\u{e007f}]/gu

/** Of one text in a line a record keeps at most this many UTF-16 units. */
export const MAX_TEXT_LENGTH = 2048

/**
 * Makes a text safe to keep: takes out what may hold secrets or do harm, which is the query of every URL and path, control characters
 * and lone surrogates, and cuts it to `MAX_TEXT_LENGTH`.
 */
export function cleanText(text: string): string {
  const bounded = text.length > 4 * MAX_TEXT_LENGTH ? text.slice(0, 4 * MAX_TEXT_LENGTH) : text
  // Controls go first: without them the words on both sides become one, and a query in that word is cut too.
  return truncate(cutQueries(withoutControls(bounded)), MAX_TEXT_LENGTH)
}

/** What winston puts in front of the messages of uncaught errors. */
export const UNCAUGHT: RegExp = /^(?:uncaughtException|unhandledRejection): /

/** The first line of an error's message, safe to keep, without what winston puts in front of uncaught errors. */
export function cleanMessage(text: string): string {
  const line = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? ''
  return cleanText(line.replace(UNCAUGHT, '').trimEnd())
}

/** The message in the first line of a stack, safe to keep, without the error's type. */
export function messageOfStack(stack: string): string {
  return cleanMessage(stack.replace(/^(?:Uncaught )?[A-Za-z_$][\w$.]*(?: \[[\w]+\])?: /, ''))
}

/**
 * Cuts the `?…` of every URL or path, up to white space or a double quote that does not open a value. A word is taken for a URL or path
 * if a slash stands before a question mark in it, or an equals sign behind one. One pass over the words bounds the time.
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
    // A query may hold white space that nobody encoded: the word behind it still has pairs such as `&name=value`.
    const pair = left.includes('?') ? -1 : left.search(/&[\w%.[\]-]+=/)
    return pair >= 0 ? left.slice(0, pair) : left
  })
}

/** Cuts a text to at most `maxLength` UTF-16 units, never through a surrogate pair; a final `…` shows the cut. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`
}

/**
 * Takes out of a text what must not be kept. Programs read kept texts as well as people, so no more is taken out than has to be;
 * `oneLine` takes out the rest before a person sees the text.
 */
export function withoutControls(text: string): string {
  // Most texts have none: one search finds that sooner than three replacements do.
  if (!CONTROL_OR_SURROGATE.test(text)) return text
  return text.replace(COLOURS, '').toWellFormed().replace(CONTROLS, '')
}

/**
 * Makes of any value one line that people may see, in a terminal or at a receiver: nothing in it moves a cursor, forges a line, hides
 * text or turns it round. All text from logs, from Redis, from receivers and from names of files goes through this before people see it.
 */
export function oneLine(value: unknown): string {
  const plain = textOf(value).replace(SEQUENCES, '').toWellFormed()
  return plain.replace(/\s+/g, ' ').replace(HIDDEN, '').replace(/ {2,}/g, ' ').trim()
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** The word that goes with a count: `error` with 1, `errors` with any other. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return count === 1 ? one : many
}

/** A count with its digits grouped: `12,345`. */
export function grouped(count: number): string {
  return count.toLocaleString('en')
}

/** A count with the word for what is counted: `1 error`, `1,234 errors`. */
export function counted(count: number, one: string, many?: string): string {
  return `${grouped(count)} ${plural(count, one, many)}`
}

const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
] as const

/** A span in words: `60 s`, `2 min 22 s`, `3 h 5 min`, `2 d`. It is given in the largest unit of which there are two, and the next one. */
export function span(seconds: number): string {
  return partsOf(seconds).join(' ')
}

/** A span in whole seconds (0 for a negative one), as `span` says it, without its second unit: `59 s`, `2 min`, `3 h`. */
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

/** A time as text: RFC 3339 in whole seconds, as the original service writes it. */
export function toTimestamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** Whether a text is a time as `toTimestamp` writes it; one that comes from Redis may have been changed there. */
export function isTimestamp(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) && !Number.isNaN(Date.parse(text))
}

/** Seconds since the epoch of a time as `toTimestamp` writes it. */
export function epochSeconds(timestamp: string): number {
  return Date.parse(timestamp) / 1000
}
