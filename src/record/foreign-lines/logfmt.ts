// Reads lines of `key=value` pairs, called logfmt, as Go programs, Heroku's router and many others write them.

const KEY = /(?<![\w.@/?&-])([A-Za-z_][\w.@-]{0,63})=/g
/** Keys that hold a level or a status. */
const judgingKeys = new Set(['level', 'lvl', 'severity', 'loglevel', 'status', 'status_code', 'statusCode'])
/** Values of `err=` and `error=` that say that there is no error. */
const NOTHING = /^(?:<?nil>?|null|undefined|none|false|0|-)?$/i
const MAX_PAIRS = 64
/** UTF-16 units of a line that are looked at. */
const MAX_LENGTH = 8192

/** Reads a line to members by their keys; undefined where it has fewer than two pairs, or none with a level or a status. */
export function logfmtMembersOf(line: string): Readonly<Record<string, unknown>> | undefined {
  const text = line.length > MAX_LENGTH ? line.slice(0, MAX_LENGTH) : line
  const pairs: [key: string, value: string][] = []
  KEY.lastIndex = 0
  for (let match = KEY.exec(text); match !== null && pairs.length < MAX_PAIRS; match = KEY.exec(text)) {
    const start = KEY.lastIndex
    const isQuoted = text[start] === '"'
    const end = isQuoted ? closingQuote(text, start + 1) : endOfWord(text, start)
    // Nothing closes this quote, so the rest of the line is no list of pairs.
    if (end < 0) break
    pairs.push([match[1] ?? '', isQuoted ? unquoted(text.slice(start + 1, end)) : text.slice(start, end)])
    KEY.lastIndex = end
  }
  if (pairs.length < 2 || !pairs.some(([key]) => judgingKeys.has(key))) return undefined
  return Object.fromEntries(
    pairs.map(named).filter(([key, value]) => !/^err(?:or)?$/.test(key) || !NOTHING.test(value)),
  )
}

function named([key, value]: readonly [string, string]): [string, string] {
  return [key === 'lvl' || key === 'loglevel' ? 'level' : key, value]
}

function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1
    else if (text[i] === '"') return i
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
