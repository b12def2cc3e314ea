// The level of a line of plain text, where its head names one in a place where loggers put levels. Prose does not count.

export interface LevelWord {
  /** As the scale of severities names it. */
  readonly level: string
  /** Where what follows the level begins. */
  readonly end: number
}

/** Levels stand within so many UTF-16 units from the start, behind a time, a host and a logger's name. */
const MAX_HEAD_LENGTH = 256

/** What loggers write, by the name that the scale has for it. */
const names: Readonly<Record<string, string>> = {
  ...same(['trace', 'debug', 'verbose', 'info', 'notice', 'warn', 'warning', 'error', 'crit', 'critical']),
  ...same(['alert', 'emerg', 'emergency', 'fatal', 'panic', 'severe']),
  // Serilog, zerolog, logrus and .NET shorten them.
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
/** klog and glog: the level's letter, the month and the day, the time. */
const KLOG = /^([IWEF])\d{4} \d\d:\d\d:\d\d/
const klogNames: Readonly<Record<string, string>> = { I: 'info', W: 'warn', E: 'error', F: 'fatal' }

/**
 * A level counts in brackets (`[error]`, `[core:error]`), in capitals (`ERROR`), and before a colon (`error:`), each at the
 * start or behind what is no sentence: a time, a bracket, a name with a colon. The first that counts is the line's.
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
  // Where nothing but the word itself says that it is a level, it may be one of a heading: `CRITICAL CSS extracted`.
  if (before.trim() === '' && /^\s+\w/.test(after) && (PROSE.test(word) || HEADING.test(after))) return false
  return /^(?:$|[\s:|,[\]!]|-(?!\w))/.test(after) && isStructured(before)
}

/** Whether what follows a level or the name of an error, from its colon on, says that there is none. */
export function saysNothing(after: string): boolean {
  return NOTHING.test(after)
}

/** `error: null` says that there is none, and so does `ERROR: 0 errors found`. */
const NOTHING =
  /^\s?:\s*(?:(?:null|undefined|none|nil|false|no|0|'')\s*(?:,|$)|(?:no|0)\s+(?:errors?|warnings?|failures?|problems?|issues?)\b)/i
/** Of a diff, a list, or a heading in Markdown. */
const LIST_MARK = /^\s*[-+*#>]+\s*$/
/** Levels that are words of headings and names as well. */
const PROSE = /^(?:alert|critical|emergency|notice|panic|severe)$/i
const HEADING = /^\s+(?:codes?|counts?|handl(?:er|ing)|logs?|pages?|rates?|reports?|summary)\b/i

/** Nothing, or what stands before levels: it tells a time or ends in a mark, and its last word is none of a sentence. */
function isStructured(before: string): boolean {
  const text = before.trimEnd()
  if (text === '') return true
  if (/(?:^|\s)[a-z]+[,;]?$/.test(text)) return false
  return /\d\d?:\d\d/.test(text) || /[\])>|:\-–—#*•✖⨯]$/.test(text) || before.endsWith('\t')
}

function same(levels: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(levels.map((level) => [level, level]))
}
