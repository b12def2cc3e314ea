// Finds the level of a line of plain text, where the line's head names one in a place where loggers put levels. The name of a level
// within a sentence does not count.

export interface LevelWord {
  /** A name that severity.ts knows. */
  readonly level: string
  /** Index in the line from which on the message is searched for, behind the level. */
  readonly end: number
}

/** A level is searched for in this many UTF-16 units of a line: a time, a host and a logger's name may stand before it. */
const MAX_HEAD_LENGTH = 256

/** The name that severity.ts knows, by what loggers write. */
const names: Readonly<Record<string, string>> = {
  ...same(['trace', 'debug', 'verbose', 'info', 'notice', 'warn', 'warning', 'error', 'crit', 'critical']),
  ...same(['alert', 'emerg', 'emergency', 'fatal', 'panic', 'severe']),
  // As Serilog, zerolog, logrus and .NET shorten or spell them.
  dbg: 'debug',
  debu: 'debug',
  inf: 'info',
  information: 'info',
  wrn: 'warn',
  err: 'error',
  erro: 'error',
  fail: 'error',
  ftl: 'fatal',
  fata: 'fatal',
  pani: 'fatal',
}

const WORD = new RegExp(`(?<![\\w.-])(?:${Object.keys(names).join('|')})(?!\\w)`, 'gi')
/** The head of a line of klog or glog: the level's letter, month and day, time. */
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d/
const klogNames: Readonly<Record<string, string>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' }

/**
 * Finds a line's level; undefined where it has none. A level counts in brackets (`[error]`, `[core:error]`), in capitals (`ERROR`),
 * and before a colon (`error:`), each at the start or behind what is no sentence: a time, a bracket, a name with a colon. The first
 * one that counts is the line's level.
 */
export function levelWordOf(line: string): LevelWord | undefined {
  const head = line.length > MAX_HEAD_LENGTH ? line.slice(0, MAX_HEAD_LENGTH) : line
  const klog = klogNames[KLOG.exec(head)?.[1] ?? '']
  if (klog !== undefined) return { level: klog, end: Math.max(0, head.indexOf('] ')) }
  for (const match of head.matchAll(WORD)) {
    const [word] = match
    const end = match.index + word.length
    if (isLevel(word, head.slice(0, match.index), head.slice(end)))
      return { level: names[word.toLowerCase()] ?? 'info', end }
  }
  return undefined
}

function isLevel(word: string, before: string, after: string): boolean {
  const isCapital = word === word.toUpperCase()
  const bracket = /^\s*[\])>|]/.test(after) ? /[[(<|]\s*(?:[\w-]*:)?$/.exec(before) : null
  if (bracket !== null) return isCapital || isStructured(before.slice(0, bracket.index))
  const hasColon = /^\s?:/.test(after)
  if (word.toLowerCase() === 'fail') return hasColon && before === ''
  if (hasColon && saysNothing(after)) return false
  if (LIST_MARK.test(before)) return false
  if (!isCapital) return hasColon && isStructured(before)
  // A word in capitals at the start, with no mark behind it, may also begin a heading: `CRITICAL CSS extracted`.
  if (before.trim() === '' && /^\s+\w/.test(after) && (PROSE.test(word) || HEADING.test(after))) return false
  return /^(?:$|[\s:|,[\]!]|-(?!\w))/.test(after) && isStructured(before)
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

/** Whether a level may follow this text: it is blank, or it holds a time or ends in a mark, and does not end in a word of a sentence. */
function isStructured(before: string): boolean {
  const text = before.trimEnd()
  if (text === '') return true
  if (/(?:^|\s)[a-z]+[,;]?$/.test(text)) return false
  return /\d\d?:\d\d/.test(text) || /[\])>|:\-–—#*•✖⨯]$/.test(text) || before.endsWith('\t')
}

function same(levels: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(levels.map((level) => [level, level]))
}
