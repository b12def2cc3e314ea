// Finds the level of a line of plain text, where the line's head names one in a place where loggers put levels. The name of a level
// within a sentence does not count.

export interface LevelWord {
  /** A name that severity.ts knows. */
  readonly level: string
  /** Index in the text from which on the message is searched for, behind the level. */
  readonly end: number
}

/** A level is searched for in this many UTF-16 units of a line: a host and a logger's name may stand before it. */
const MAX_HEAD_LENGTH = 256

/** The name that severity.ts knows, by what loggers write. */
const names: Readonly<Record<string, string>> = {
  ...same(['trace', 'debug', 'verbose', 'info', 'notice', 'warn', 'warning', 'error', 'crit', 'critical']),
  ...same(['alert', 'emerg', 'emergency', 'fatal', 'panic', 'severe']),
  // As Serilog, zerolog, logrus, log15 and .NET shorten or spell them.
  dbg: 'debug',
  dbug: 'debug',
  debu: 'debug',
  inf: 'info',
  information: 'info',
  wrn: 'warn',
  err: 'error',
  erro: 'error',
  eror: 'error',
  fail: 'error',
  ftl: 'fatal',
  fata: 'fatal',
  pani: 'fatal',
  dpanic: 'fatal',
}
/** Levels in brackets only. */
const bracketed: Readonly<Record<string, string>> = { note: 'info', system: 'info', pass: 'info' }

/** What Nest and PostgreSQL write where others write a level; in capitals only. Statements and details belong to the line before. */
const plainNames = 'LOG|STATEMENT|DETAIL|HINT|CONTEXT|QUERY'
/** Without a look at what stands around a name, which would take the engine ten times as long. */
const NAMES = new RegExp(`${[...Object.keys(names), ...Object.keys(bracketed)].join('|')}|${plainNames}`, 'gi')

/** The name that severity.ts knows of a level as others write it; the name itself where nobody knows it. */
export function knownLevel(name: string): string {
  return names[name.toLowerCase()] ?? name.toLowerCase()
}

/** Whether a text has the name of a level as one of its words. */
export function namesLevel(text: string): boolean {
  NAMES.lastIndex = 0
  for (let match = NAMES.exec(text); match !== null; match = NAMES.exec(text)) {
    const word = whole(text, match.index, match[0])
    NAMES.lastIndex = match.index + word.length
    const isWord = !isOfWord(text.charCodeAt(match.index - 1)) && !isOfWord(text.charCodeAt(NAMES.lastIndex))
    if (isWord && (names[word.toLowerCase()] ?? bracketed[word.toLowerCase()]) !== undefined) return true
  }
  return false
}

/**
 * Finds a line's level; undefined where it has none. A level counts in brackets (`[error]`, `[core:error]`), in capitals (`ERROR`),
 * before a colon (`error:`) and between tabs, each at the start or behind what is no sentence: a time, a bracket, a name with a colon.
 * The first one that counts is the line's level. `isTimed` says that a time stood before this text.
 */
export function levelWordOf(text: string, isTimed = false): LevelWord | undefined {
  const head = text.length > MAX_HEAD_LENGTH ? text.slice(0, MAX_HEAD_LENGTH) : text
  NAMES.lastIndex = 0
  for (let match = NAMES.exec(head); match !== null; match = NAMES.exec(head)) {
    const { index } = match
    const word = whole(head, index, match[0])
    const end = index + word.length
    NAMES.lastIndex = end
    if (/[\w.]-?$/.test(head.slice(Math.max(0, index - 2), index).trimStart()) || isNamePart(head.charCodeAt(end)))
      continue
    if (isLevel(word, { before: head.slice(0, index), after: head.slice(end), isTimed }))
      return { level: names[word.toLowerCase()] ?? 'info', end }
  }
  return undefined
}

/** The name of a level as far as it goes: `err` is found first in `error` and in `errors`. */
function whole(text: string, start: number, found: string): string {
  let end = start + found.length
  while (isLetter(text.charCodeAt(end))) end += 1
  const word = text.slice(start, end)
  return names[word.toLowerCase()] === undefined && !plain.has(word) ? found : word
}

const plain = new Set(plainNames.split('|'))

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

/** A letter, a digit, `_`, or a dash, which makes one word of two. */
function isOfWord(code: number): boolean {
  return isNamePart(code) || code === 0x2d
}

function isNamePart(code: number): boolean {
  return isLetter(code) || (code >= 0x30 && code <= 0x39) || code === 0x5f
}

interface Place {
  readonly before: string
  readonly after: string
  readonly isTimed: boolean
}

function isLevel(word: string, { before, after, isTimed }: Place): boolean {
  if (plain.has(word)) return /^[:\s]/.test(after) && isStructured(before, isTimed)
  const isCapital = word === word.toUpperCase()
  const bracket = /^\s*(?:[\])>|]|\/[\w-]+\])/.test(after)
    ? /[[(<|]\s*(?:[\w-]*:|[\w -]+\/|[^[\]()<>|]*\d:\d\d\S*:? )?$/.exec(before)
    : null
  if (bracket !== null) return isCapital || isStructured(before.slice(0, bracket.index), isTimed)
  // The end of a path or a url is a part of it.
  if (names[word.toLowerCase()] === undefined || before.endsWith('/')) return false
  const hasColon = /^\s?:(?!\/\/)/.test(after)
  if (word.toLowerCase() === 'fail') return hasColon && before === ''
  if ((hasColon && saysNothing(after)) || /^\s+0\s*$/.test(after)) return false
  if (LIST_MARK.test(before)) return false
  if (!isCapital) return (hasColon || hasMark(before, after, isTimed)) && isStructured(before, isTimed)
  // A word in capitals with no mark behind it may also begin a heading: `CRITICAL CSS extracted`.
  const mayBeHeading = !isTimed && /^\s+\w/.test(after)
  if (mayBeHeading && (HEADING.test(after) || (before.trim() === '' && PROSE.test(word)))) return false
  return /^(?:$|[\s:|,[\]!>]|-(?!\w))/.test(after) && isStructured(before, isTimed, true)
}

/** Whether a level in small letters stands by itself: between tabs, or before a bar or a dash. */
function hasMark(before: string, after: string, isTimed: boolean): boolean {
  if (/^\s*\|\s|^ - /.test(after)) return isTimed || before.trim() === ''
  if (/^\s{2,}\S/.test(after) && /[✖×⨯❌●]\s*$/.test(before)) return true
  return after.startsWith('\t') && (before.endsWith('\t') || (before === '' && isTimed))
}

/** Whether the text behind a level or an error's name, from the colon on, says that there is no error. */
export function saysNothing(after: string): boolean {
  return NOTHING.test(after)
}

/** The end of `error: null`, and of `ERROR: 0 errors found`: such lines say that there is no error. */
const NOTHING =
  /^\s?:\s*(?:(?:null|undefined|none|nil|false|no|0|'')\s*(?:,|$)|(?:no|0)\s+(?:errors?|warnings?|failures?|problems?|issues?)\b)/i
/** A line's start in a diff, a list, or a heading in Markdown, if nothing else stands before the word. */
const LIST_MARK = /^\s*[-+*#>]+\s*$/
/** Levels that are ordinary words too, and may begin a heading or a name. */
const PROSE = /^(?:alert|critical|emergency|notice|panic|severe)$/i
/** Words that make a heading of the level before them, such as `ERROR CODES`. */
const HEADING = /^\s+(?:codes?|counts?|handl(?:er|ing)|logs?|pages?|rates?|reports?|summary)\b/i
/** A quoted text, a pair or an open parenthesis: what follows is a part of a statement or of a value. */
const IN_VALUE = /["'`=]|\([^)]*$|<\/?(?:[abip]|body|code|div|em|h\d|html|li|pre|span|td|title|tr)[ >]/i
/** Pairs before a level are what others know of a line. */
const PAIRS = /(?<!\S)[A-Za-z_][\w.-]{0,63}=\S+(?=\s)/g
/** A word in small letters with neither digits nor marks, as sentences have them. */
const SENTENCE_WORD = /(?<![\w.:@/[(<-])[a-z]{2,}(?=[\s,;]|:\s)/g
/** Behind these a word in capitals is a part of a sentence. */
const ARTICLE = /(?:^|\s)(?:an?|any|as|is|no|not|of|on|one|or|that|the|this|was|with|without)$/i

/**
 * Whether a level may follow this text: it is blank, or holds a time or ends in a mark, and is no sentence. Behind a time one bare word, a
 * logger's name, may stand before a level in capitals.
 */
function isStructured(before: string, isTimed: boolean, isCapital = false): boolean {
  const text = (before.includes('=') ? before.replace(PAIRS, '') : before).trim()
  // PostgreSQL's user and database.
  if (text === '' || /^[\w.-]+@[\w.-]+$/.test(text)) return true
  if (IN_VALUE.test(text) || (text.match(SENTENCE_WORD)?.length ?? 0) > (isTimed && isCapital ? 1 : 0)) return false
  const hasTime = isTimed || /\d\d?:\d\d/.test(text)
  if (/(?:^|\s)[A-Z]?[a-z]+[,;]?$/.test(text))
    return hasTime && isCapital && /^[A-Z]?[a-z]+$/.test(text) && !ARTICLE.test(text)
  return hasTime || /[\])>|:\-–—#*•▶✖⨯]$/.test(text) || before.endsWith('\t')
}

function same(levels: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(levels.map((level) => [level, level]))
}
