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
 * Makes a text safe to keep: takes out what may hold secrets or do harm, which is credentials, the query of every URL and path, control
 * characters and lone surrogates, and cuts it to `MAX_TEXT_LENGTH`.
 */
export function cleanText(text: string): string {
  // Controls go first: without them the words on both sides become one, and a query in that word is cut too. Credentials go before queries:
  // a `?` in a password would end the url in its midst.
  return truncate(cutQueries(cutCredentials(withoutControls(bounded(text)))), MAX_TEXT_LENGTH)
}

/** As much of a text as is looked at. It bounds the time that anything takes that is done with a text from elsewhere. */
function bounded(text: string): string {
  return text.length > 4 * MAX_TEXT_LENGTH ? text.slice(0, 4 * MAX_TEXT_LENGTH) : text
}

/** What winston puts in front of the messages of uncaught errors. */
const UNCAUGHT = /^(?:uncaughtException|unhandledRejection): /

/** The line of an error's message that says what happened, safe to keep, without what winston puts in front of uncaught errors. */
export function cleanMessage(text: string): string {
  return cleanText(tellingLine(text) ?? firstLine(text))
}

/** The message at the head of a stack, safe to keep, without the error's type; blank where the stack has none. */
export function messageOfStack(stack: string): string {
  return cleanText(tellingLine(headOfStack(stack)) ?? '')
}

/** What stands before the frames of a stack, without the error's type. */
export function headOfStack(stack: string): string {
  const [head = ''] = bounded(stack).split(/[\r\n][ \t]+at /, 1)
  return head.replace(TYPE, '')
}

/** The type before a message, at the head of a stack. */
const TYPE = /^(?:Uncaught )?[A-Za-z_$][\w$.]*(?: \[[\w]+\])?:(?: |(?=[\r\n]|$))/
/** The head of a stack of Python, at whose end the exception stands. */
const TRACEBACK = /^\s*Traceback \(most recent call last\)/

/**
 * The line of a message that says what happened: the first one that says anything, or behind an excerpt of code the first one after it.
 * Undefined where no line says anything, such as in `[`, `undefined` or a stack's frames.
 */
export function tellingLine(text: string): string | undefined {
  const message = withoutUncaught(bounded(text))
  // Most messages are one line.
  if (!/[\r\n]/.test(message)) return saysSomething(message) ? message.trim() : undefined
  const lines = withoutControls(message.replace(/\r\n?|\n/g, '\t\t')).split('\t\t')
  if (TRACEBACK.test(message))
    return lines
      .findLast((line) => /^\S/.test(line))
      ?.replace(TYPE, '')
      .trim()
  const behind = INVOCATION.test(message) ? lines.slice(endOfExcerpt(lines)) : lines
  return (behind.find(saysSomething) ?? lines.find(saysSomething))?.trim()
}

/** A message without what winston puts in front of that of an uncaught error. */
export function withoutUncaught(message: string): string {
  return message.startsWith('un') ? message.replace(UNCAUGHT, '') : message
}

/** The first line that is not blank, and no frame of a stack. */
function firstLine(text: string): string {
  const lines = withoutUncaught(bounded(text)).split(/[\r\n]+/)
  return lines.find((line) => /\S/.test(line) && !FRAME.test(line))?.trim() ?? ''
}

/** How a message of Prisma begins: its excerpt of the code, or of the arguments, stands before what happened. */
const INVOCATION = /^\s*(?:Invalid|It occurred in the) [^\r\n]{1,200} invocation(?: in|:)/m
/** A line of a stack. */
const FRAME = /^\s*at (?:\S.{0,300}[(:<]|async )/
/** Texts that are no message: an error's bare type, and values that became texts. */
const NOTHING =
  /^[\s[({'"]*(?:(?:uncaught )?[a-z]{0,20}(?:error|exception)|undefined|null|none|nil|nan|true|false|object(?: object)?)[\s\])}'":.,]*$/i

function saysSomething(line: string): boolean {
  return /[\p{L}\p{N}]/u.test(line) && !NOTHING.test(line) && !FRAME.test(line)
}

/** Index of the line behind Prisma's excerpt, which ends with the arguments of the call, or else with the line of code that made it. */
function endOfExcerpt(lines: readonly string[]): number {
  const end = lines.findLastIndex((line) => /^\s*\}\)?$/.test(line))
  if (end >= 0) return end + 1
  const call = lines.findLastIndex((line) => /^\s*(?:→\s*)?\d+ /.test(line))
  if (call >= 0) return call + 1
  const head = lines.findIndex((line) => INVOCATION.test(line))
  return head + (/^\S+:\d+:\d+\s*$/.test(lines[head + 1] ?? '') ? 2 : 1)
}

/**
 * Cuts credentials out of a text: the user info of URLs, what follows `Bearer`, `Basic`, `Authorization:`, `Cookie:`, `password=`, `"token":`
 * and the like, and tokens that are known by how they begin. Words that only talk of them stay: `token expired`, `password: required`.
 * The text is short, and no expression here takes more than linear time.
 */
export function cutCredentials(text: string): string {
  const mayHoldSome =
    CREDENTIAL_SIGN.test(text) || SCHEME_SIGN.test(text) || (/[:=]/.test(text) && SECRET_NAME.test(text))
  if (!mayHoldSome) return text
  return cutUserInfo(text.replace(SQL_VALUES, ''))
    .replace(KNOWN_TOKEN, (token, url?: string) =>
      url === undefined && !/\d|PRIVATE/.test(token) ? token : `${url ?? ''}***`,
    )
    .replace(COOKIE, '$1***')
    .replace(FLAG, '$1***')
    .replace(SCHEME, (whole, scheme: string, value: string) => (isSecret(value, scheme) ? `${scheme}***` : whole))
    .replace(
      PAIR,
      (whole, name: string, nameEnd: string, separator: string, value: string, at: number, all: string) => {
        const isAlone = /^["'`\\]?(?:[,;&)}\]]|$)/.test(all.slice(at + whole.length, at + whole.length + 2))
        return isSecretPair(`${name}${nameEnd}`, separator, value, isAlone) ? `${name}${nameEnd}${separator}***` : whole
      },
    )
}

/** One of these is in every text that holds credentials, but for those behind a scheme or a name. What few texts have stands first in each. */
const CREDENTIAL_SIGN =
  /@|--|_(?<=(?:gh[a-z]|npm|hf|pat|v1|shp[a-z]{2}|[srp]k|whsec)_)|-(?<=[srp]k-)|eyJ|xox|xapp|glpat|A[KS]IA|AIza|ya29|SG\.|slack\.com|discord|telegram/
const SCHEME_SIGN = /bearer|basic/i

/** A part of each name that `COOKIE`, `SCHEME` and `PAIR` know. Most texts with a colon, such as one before a port, have none. */
const SECRET_NAME = /cookie|pass|pwd|secret|key|token|credential|session|auth|srf|otp|pin|sid|sig/i

/** Cuts the user info of each URL. Where a password holds a slash that nobody encoded, what stands before the last `@` is cut. */
function cutUserInfo(text: string): string {
  if (!text.includes('@')) return text
  return text.replace(NO_SCHEME, '').replace(/:\/\/((?:(?!:\/\/)[^\s"'<>`])+)/g, (_, rest: string) => {
    const authority = /^[^/?#]*/.exec(rest)?.[0] ?? ''
    const at = authority.lastIndexOf('@')
    const isCutShort = at < 0 && /:(?!\d*$)/.test(authority)
    return `://${rest.slice((isCutShort ? rest.lastIndexOf('@') : at) + 1)}`
  })
}

/** User info before a host with a port, or as Go's drivers name one, without a scheme before it. */
const NO_SCHEME = /(?<![\w./:@%+-])[\w.%+-]{1,64}:[^\s:@/"'<>`]{1,100}@(?=[\w.-]{1,100}:\d|(?:tcp|unix)\()/g

/** Tokens by how they begin; and what follows the addresses of webhooks, which are secrets themselves. */
const KNOWN_TOKEN =
  /((?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|api\.telegram\.org)\/)[^\s"'<>]+|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*|(?<![\w-])(?:eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]+)?|gh[oprsu]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|(?:sk|pk|rk)[-_](?:[\w-]{16,}|(?:live|test|proj|ant|or)[-_][\w-]{4,})|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|A[KS]IA[A-Z\d]{12,}|AIza[\w-]{20,}|ya29\.[\w-]{16,}|npm_\w{20,}|whsec_[\w+/=]{8,}|shp[a-z]{2}_\w{16,}|SG\.[\w-]{10,}\.[\w-]{10,}|hf_\w{16,}|dop_v1_\w{16,})/g
/** What TypeORM puts behind a statement. */
const SQL_VALUES = / -- PARAMETERS: [\s\S]*/
/** A header of cookies, up to the end of its line or of the quotes that it stands in. */
const COOKIE = /(cookie\\?["']?\s{0,3}[:=]\s{0,3}\\?["'`]?)[\w!#$%&*.^|~+-]{1,64}=[^"'`\r\n}]*/gi
/** An argument of a command. */
const FLAG = /(--(?:[a-z]{1,20}-){0,3}(?:pass(?:word|wd|phrase)?|secret|token|key)\s{1,3})[^\s-]\S*/gi
/** A scheme of HTTP authentication and what follows it. */
const SCHEME =
  /((?:authorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["'`]?(?:(?:bearer|basic|digest|token|negotiate|apikey|aws4-hmac-sha256)\s{1,3})?)|(?<![\w-])(?:bearer|basic)\s{1,3})([^\s"'`,;<>(){}[\]\\]+)/gi
/** A name of a secret with the quote behind it, what stands between, and the value. */
const PAIR =
  /(pass(?:word|wd|phrase|code)|(?<![a-z])pwd|secret(?:[_-]?(?:access)?[_-]?key)?|(?:api|access|account|private|signing|encryption|subscription)[_-]?key|token|credentials?|session[_-]?id|(?<![a-z])(?:auth|[cx]srf|otp|pin|session|sid|sig(?:nature)?))(\\?["']?)(\s{0,3}[:=]\s{0,3}\\?["'`]?)([^\s"'`,;&<>(){}[\]\\]+)/gi

/** Whether what follows a scheme is a token, and no word of a sentence such as `Basic authentication failed`. */
function isSecret(value: string, scheme: string): boolean {
  const word = value.replace(/[.!?]+$/, '')
  if (/^basic/i.test(scheme) && word.length < 8) return false
  return looksRandom(word) || (/authorization.*\s$/i.test(scheme) && !PLAIN.test(word))
}

/**
 * Whether a pair tells a secret. `token=abc` does, and `"token": "abc"`. `password: abc` does where nothing follows but the end of its object
 * or text, and anything else only where the value looks like a secret.
 */
function isSecretPair(name: string, separator: string, value: string, isAlone: boolean): boolean {
  const word = value.replace(/[.!?:]+$/, '')
  if (!/\w/.test(word) || PLAIN.test(word) || (/^pwd$/i.test(name) && word.startsWith('/'))) return false
  return looksRandom(word) || separator === '=' || /["']$/.test(name) || (isAlone && /pass|pwd|secret/i.test(name))
}

/** What may stand behind the name of a secret and is none. */
const PLAIN =
  /^(?:required|invalid|missing|expected|expired|empty|string|number|object|array|boolean|too|must|wrong|incorrect|mismatch|weak|short|long|blank|unknown|unset|unauthorized|forbidden|denied|failed|failure|error|ok|yes|no|not|none|null|nil|undefined|true|false|optional|redacted|hidden|masked|revoked|\*+|\w*(?:error|exception))$/i

/** Whether a word has what words of a sentence do not have: digits among letters, capitals within, or a great length. */
function looksRandom(word: string): boolean {
  return (/\d/.test(word) && /[a-z]/i.test(word)) || /[a-z][A-Z]|[\w+/]{2}=+$/.test(word) || word.length >= 20
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

/** Takes out sequences that set colours, as a terminal gets them. */
export function withoutColours(text: string): string {
  return text.includes('\u001b') ? text.replace(COLOURS, '') : text
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
