// Reads lines of `key=value` pairs, called logfmt, as Go programs, Heroku's router and many others write them.

const KEY = /(?<![\w.@/?&-])([A-Za-z_][\w.@-]{0,63})=/g
/** Keys that hold a level or a status. */
const judgingKeys = new Set(['level', 'lvl', 'severity', 'loglevel', 'status', 'status_code', 'statusCode'])
const levelKeys = new Set(['level', 'lvl', 'severity', 'loglevel'])
/** Values of `err=` and `error=` that say that there is no error. */
const NOTHING = /^(?:<?nil>?|null|undefined|none|false|0|-)?$/i
const MAX_PAIRS = 64
/** UTF-16 units of a line that are looked at. */
const MAX_LENGTH = 8192

export interface Pairs {
  readonly members: Readonly<Record<string, unknown>>
  /** Index at which the first pair begins. */
  readonly start: number
}

/**
 * Reads a line to members by their keys; undefined where it has fewer than two pairs, or none with a level or a status. A level counts
 * only where the line begins with a pair: behind other words it is a setting.
 */
export function logfmtPairsOf(line: string): Pairs | undefined {
  if (!line.includes('=')) return undefined
  const text = line.length > MAX_LENGTH ? line.slice(0, MAX_LENGTH) : line
  const pairs: [key: string, value: string][] = []
  let first = -1
  KEY.lastIndex = 0
  for (let match = KEY.exec(text); match !== null && pairs.length < MAX_PAIRS; match = KEY.exec(text)) {
    if (first < 0) first = match.index
    const start = KEY.lastIndex
    const quote = text[start] === '"' || text[start] === "'" ? text[start] : undefined
    const end = quote === undefined ? endOfWord(text, start) : closingQuote(text, start + 1, quote)
    // Nothing closes this quote, so the rest of the line is no list of pairs.
    if (end < 0) break
    pairs.push([match[1] ?? '', quote === undefined ? text.slice(start, end) : unquoted(text.slice(start + 1, end))])
    KEY.lastIndex = end
  }
  const isList = text.slice(0, first).trim() === ''
  const judging = pairs.filter(([key]) => judgingKeys.has(key) && (isList || !levelKeys.has(key)))
  if (pairs.length < 2 || judging.length === 0) return undefined
  const kept = pairs.filter(
    ([key, value]) => (isList || !levelKeys.has(key)) && !(/^err(?:or)?$/.test(key) && NOTHING.test(value)),
  )
  return { members: Object.fromEntries(kept.map(named)), start: first }
}

/** Keys under which others write what lines of JSON have under these. */
const otherKeys: Readonly<Record<string, string>> = {
  ...{
    lvl: 'level',
    loglevel: 'level',
    remote_addr: 'remoteAddress',
    remote_ip: 'remoteAddress',
    fwd: 'remoteAddress',
  },
}

function named([key, value]: readonly [string, string]): [string, string] {
  return [Object.hasOwn(otherKeys, key) ? (otherKeys[key] ?? key) : key, value]
}

/** Index at which the pairs begin that a text ends in; its length where it ends in words. One pair counts where blanks set it apart. */
export function trailingPairsIn(text: string): number {
  let [start, end, count] = [text.length, -1, 0]
  KEY.lastIndex = 0
  for (let match = KEY.exec(text); match !== null; match = KEY.exec(text)) {
    if (end < 0 || text.slice(end, match.index).trim() !== '') [start, count] = [match.index, 0]
    count += 1
    const from = KEY.lastIndex
    const isQuoted = text[from] === '"'
    end = isQuoted ? closingQuote(text, from + 1, '"') : endOfWord(text, from)
    if (end < 0) return text.length
    if (isQuoted) end += 1
    KEY.lastIndex = end
  }
  const isList = count > 1 || / {2}$/.test(text.slice(0, start))
  return isList && text.slice(end).trim() === '' ? start : text.length
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1
    else if (text[i] === quote) return i
  }
  return -1
}

function endOfWord(text: string, from: number): number {
  let end = from
  while (end < text.length && !/[\s"]/.test(text[end] ?? '')) end += 1
  return end
}

function unquoted(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)) : text
}
