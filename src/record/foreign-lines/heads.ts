// How events of text begin: a table of heads, the first of which that is found gives an event its level and its message.
import { isObject, parseJson } from '../../unknown.js'
import { type AccessMembers, accessMembersOf } from './access-line.js'
import { knownLevel, levelWordOf, saysNothing } from './level-word.js'
import { logfmtPairsOf, trailingPairsIn } from './logfmt.js'

export type Head =
  /** A line with a level, with pairs, or both. `members` are those of its pairs, or of the JSON that it has in place of a message. */
  | {
      readonly kind: 'line'
      readonly level: string | undefined
      readonly message: string
      readonly members?: Readonly<Record<string, unknown>>
      /** It is a part of a report of several lines, each with the same level: it is blank, or of this process of Erlang. */
      readonly part?: string
    }
  /** An exception; its message is blank where it stands on the lines below. */
  | { readonly kind: 'exception'; readonly type: string; readonly message: string }
  /** Says that something failed; what it was stands below: in the first line, or in an exception. */
  | { readonly kind: 'opening'; readonly message: string; readonly below: 'line' | 'exception' }
  | { readonly kind: 'access'; readonly members: AccessMembers }
  /** A line of logsiren's own, whose words are no levels. */
  | { readonly kind: 'own' }

/** A name with or without a path: `TypeError`, `java.io.IOException`, `Db::TimeoutError`. */
const NAME = String.raw`(?<type>(?:[A-Za-z_$][\w$]{0,99}(?:\.|\\|::|\+)){0,12}(?:[A-Z][\w$]{0,99}?)?(?:Error|Exception|Rejection))`
const CODE = String.raw`(?: \[\w{1,64}\]| \(0x[0-9A-Fa-f]+\))?`
const UNCAUGHT = String.raw`(?:(?:[Uu]ncaught|[Uu]nhandled) (?:\(in promise\):? |[Ee]xception[:.]? |[Rr]ejection[:.]? )?|[Uu]n(?:caught|handled)(?:Exception|Rejection): |Exception in thread "[^"]{0,200}" |\(node:\d{1,9}\) UnhandledPromiseRejectionWarning: |\*\* )?`
const EXCEPTION = new RegExp(String.raw`^${UNCAUGHT}${NAME}${CODE}(?::(?<message>\s.*)|:?\s*(?:\{.*)?$)`)

interface Form {
  /** What a text has to have for its pattern to be tried. */
  readonly has: string
  readonly pattern: RegExp
  readonly head: (parts: Readonly<Record<string, string | undefined>>) => Head | undefined
}

const levels: Readonly<Record<string, string>> = {
  ...{ I: 'info', D: 'debug', W: 'warn', E: 'error', F: 'fatal', C: 'critical' },
  ...{ '.': 'debug', '-': 'info', '*': 'info', '#': 'warn', LOG: 'info' },
  ...{ 0: 'fatal', 1: 'fatal', 2: 'fatal', 3: 'error', 4: 'warn', 5: 'info', 6: 'info', 7: 'debug' },
}

/** Forms of one program or language each, before the usual ones. */
const forms: readonly Form[] = [
  // klog and glog: `E1128 02:50:01.123456      71 orders.go:7] no stock`
  leveled(']', /^(?<level>[IWEF])(?:\d{4})?\d{4} \d\d:\d\d:\d\d(?:\.\d{1,9})? [^\]]{1,200}\] (?<message>.*)/),
  // Tornado and Jupyter: `[E 2026-11-28 02:50:01.123 ServerApp] no stock`
  leveled(']', /^\[(?<level>[DIWEC]) [\d-]{6,10} \d\d:\d\d:\d\d[^\]]{0,100}\] (?<message>.*)/),
  // Monolog: `production.ERROR: no stock`
  leveled('.', /^[\w-]{1,60}\.(?<level>DEBUG|INFO|NOTICE|WARNING|ERROR|CRITICAL|ALERT|EMERGENCY): (?<message>.*)/),
  // Nest: `[Nest] 7  - 09/04/2026, 12:20:19 AM     LOG [Mail] sent`
  leveled(
    ' - ',
    /^(?:\[\w{1,60}\] )?\d{1,9} {1,8}- {1,8}[\d/.,: -]{8,30}(?:[AP]M)? {1,8}(?<level>LOG|ERROR|WARN|DEBUG|VERBOSE|FATAL) (?:\[[^\]]{1,200}\] )?(?<message>.*)/,
  ),
  // MongoDB before 4.4: `E  NETWORK  [conn7] no stock`
  leveled('[', /^(?<level>[DIWEF]) {1,2}[A-Z]{3,10} {1,8}\[[^\]]{1,100}\] (?<message>.*)/),
  // sd-daemon: `<3>no stock`
  leveled('<', /^<(?<level>[0-7])>(?=\D)(?<message>.*)/),
  // redis-server, behind `71:M` and a time
  leveled(':', /^\d{1,9}:[XCSM] \d\d [A-Z][a-z]{2} \d{4} [\d:.]{8,12} (?<level>[.*#-]) (?<message>.*)/),
  {
    has: 'PHP ',
    pattern: /^PHP (?<level>[A-Z][a-z]+(?: [a-z]+)?): {1,4}(?<message>.*)/,
    head: ({ level = '', message = '' }) =>
      / ?error$/.test(level) ? (exceptionOf(message) ?? line('fatal', message)) : line('warn', message),
  },
  // Node.js, React: a stack behind a warning tells where it comes from
  {
    has: 'Warning: ',
    pattern: /^(?:\(node:\d{1,9}\) (?!Unhandled)|(?=Warning: ))(?:\[\w+\] )?(?<message>\w*Warning: .*)/,
    head: ({ message = '' }) => line('info', message),
  },
  // Lambda, of what a handler threw
  {
    has: '\t{"',
    pattern: /^(?:ERROR|FATAL)\t(?:Invoke Error|Uncaught Exception|Unhandled Prom\w+ Rejection)\s*\t(?<json>\{.*)/,
    head: ({ json = '' }) => {
      const members = parseJson(json)
      return isObject(members) ? { kind: 'line', level: 'error', message: '', members } : undefined
    },
  },
  // Prisma, Erlang
  { has: 'prisma:', pattern: /^prisma:error ?(?<message>.*)/, head: ({ message = '' }) => exception('', message) },
  { has: '=', pattern: /^=(?:ERROR|CRASH) REPORT={3,}/, head: () => opening('', 'line') },
  // Nuxt
  {
    has: '[request error]',
    pattern: /^\[request error\](?: \[[a-z ]+\]){0,3}(?: \[(?<status>\d{3})\])?(?: \[[A-Z]+\])? (?<message>.*)/,
    head: ({ status, message = '' }) => ({
      kind: 'line',
      level: 'error',
      message: ownWords(message),
      ...(status !== undefined && { members: { res: { statusCode: Number(status) } } }),
    }),
  },
  // Vite, Django
  {
    has: 'ernal ',
    pattern: /^Internal [Ss]erver [Ee]rror: (?<message>.*)/,
    head: ({ message = '' }) => opening(ownWords(message), 'exception'),
  },
  // Bracketed by Node.js, where it has no stack: `[Error: no stock] {`
  {
    has: '[',
    pattern: new RegExp(String.raw`^\[${NAME}${CODE}: (?<message>.*?)\](?:,| \{.*)?$`),
    head: ({ type = '', message = '' }) => exception(type, message),
  },
  // Ruby: `orders.rb:7:in 'place': no stock (RuntimeError)`; Rails: `RuntimeError (no stock):`; Elixir: `** (RuntimeError) no stock`
  {
    has: ' (',
    pattern: new RegExp(String.raw`^\S{1,300}:\d{1,7}:in [\x60'][^']{1,200}': (?<message>.*) \(${NAME}\)$`),
    head: ({ type = '', message = '' }) => exception(type, message),
  },
  {
    has: '(',
    pattern: new RegExp(
      String.raw`^(?:\*\* \(${NAME}\) (?<message>.*)|${NAME.replace('type', 'other')} \((?<text>.*)\):$)`,
    ),
    head: ({ type, other, message, text }) => exception(type ?? other ?? '', message ?? text ?? ''),
  },
  // Python, and groups of its exceptions
  {
    has: 'raceback',
    pattern: /^(?:[ +]{0,4}Exception Group )?Traceback \(most recent call last\):/,
    head: () => opening('', 'exception'),
  },
  // Rust: `thread 'main' panicked at src/main.rs:7:5:`, and before 1.73 with the message
  {
    has: 'panicked at',
    pattern: /^thread '[^']{0,100}' (?:\(\d+\) )?panicked at (?:'(?<message>.*)', )?\S+:\d+:\d+:?$/,
    head: ({ message }) => (message === undefined ? opening('', 'line') : exception('panic', message)),
  },
  // .NET: `fail: Shop.Orders[0]`
  {
    has: '[',
    pattern: /^(?:fail|crit): (?<message>[\w.`+<>]{1,200}\[\d+\])$/,
    head: ({ message = '' }) => opening(message, 'line'),
  },
  {
    has: ': ',
    pattern: /^(?:panic: |http: panic serving \S+: |(?:fatal error|FATAL ERROR): )(?<message>.+)/,
    head: ({ message = '' }) => exception('panic', message),
  },
  // What handlers print of what nobody caught
  {
    has: ' ',
    pattern: /^(?:unhandled ?(?:promise ?)?rejection|uncaught ?exception)(?: at\b|\s?[:!]|, )(?<message>.*)/i,
    head: ({ message = '' }) => {
      const told = exceptionOf(/(?:reason|error):? (?<told>.*)/.exec(message)?.groups?.['told'] ?? message.trim())
      return told ?? opening(/^\s*(?:Prom\w+|\[object|$)/.test(message) ? '' : ownWords(message), 'exception')
    },
  },
]

/** A line of logsiren's own. Of others their message decides. */
const OWN = 'logsiren: '
/** UTF-16 units of a text that are looked at. */
const MAX_LENGTH = 8192

/** How a line begins; undefined where it tells neither of an error nor of a level. `isTimed` says that a time stood before it. */
export function headOf(given: string, isTimed: boolean): Head | undefined {
  const text = (given.length > MAX_LENGTH ? given.slice(0, MAX_LENGTH) : given).trim()
  if (text.startsWith(OWN)) return { kind: 'own' }
  for (const { has, pattern, head } of forms) {
    const match = text.includes(has) ? pattern.exec(text) : null
    const found = match === null ? undefined : head(match.groups ?? {})
    if (found !== undefined) return found
  }
  const bare = text.replace(/^[⨯✖×❌✘▲●!]\s+(?=\S)/u, '')
  const told = exceptionOf(bare) ?? levelLineOf(text, isTimed)
  // Next.js has no other sign of an error.
  return told ?? (bare !== text && text.startsWith('⨯') ? line('error', bare) : undefined)
}

/** The access line that a text is. */
export function accessHeadOf(text: string): (Head & { readonly kind: 'access' }) | undefined {
  const members = accessMembersOf(text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH) : text)
  return members === undefined ? undefined : { kind: 'access', members }
}

/** The exception that a text begins with; undefined where it denies an error, or is the bare word `Error`. */
export function exceptionOf(text: string, isBare = false): (Head & { readonly kind: 'exception' }) | undefined {
  const { type, message } = EXCEPTION.exec(text)?.groups ?? {}
  if (type === undefined) return undefined
  if (message === undefined && !isBare && !/[.\\:]/.test(type) && !text.endsWith(':')) return undefined
  if (message !== undefined && saysNothing(`:${message}`)) return undefined
  return exception(type, message ?? '')
}

function levelLineOf(text: string, isTimed: boolean): Head | undefined {
  const pairs = logfmtPairsOf(text)
  const word = levelWordOf(text, isTimed)
  const isFirst = word !== undefined && (pairs === undefined || word.end <= pairs.start)
  if (!isFirst && pairs !== undefined) {
    const { level, severity, at, desc, ...rest } = pairs.members
    const name = level ?? severity ?? (/^(?:error|warning|info)$/.test(String(at)) ? at : undefined)
    const members = desc === undefined ? rest : { msg: desc, ...rest }
    return { kind: 'line', level: name === undefined ? undefined : knownLevel(String(name)), message: '', members }
  }
  if (word === undefined) return undefined
  // Rust and celery write more than the level into its bracket.
  const isInBracket = /\[[^\]]*$/.test(text.slice(0, word.end))
  const behind = isInBracket ? text.slice(word.end).replace(/^[^[\]]{0,100}\]/, '') : text.slice(word.end)
  const json = jsonIn(behind)
  if (json !== undefined) {
    // Settings have no message: a level among them is not the line's.
    const isOwn =
      json['level'] !== undefined && ['msg', 'message', 'err', 'error'].some((key) => json[key] !== undefined)
    return { kind: 'line', level: isOwn ? String(json['level']) : word.level, message: '', members: json }
  }
  const head = line(word.level, pairs === undefined ? behind : text.slice(word.end, pairs.start))
  return pairs === undefined ? head : { ...head, members: pairs.members }
}

/** The JSON object that is all of a message. */
function jsonIn(message: string): Readonly<Record<string, unknown>> | undefined {
  const start = message.indexOf('{"')
  if (start < 0 || !message.endsWith('}') || /\w/.test(message.slice(0, start))) return undefined
  const members = parseJson(message.slice(start))
  return isObject(members) ? (members as Readonly<Record<string, unknown>>) : undefined
}

/** What stands between a level and a message: marks, and the time, the process, the place and the logger that some write there. */
const DECORATION =
  /^[\])>|:!,\s-]+|^<\d+\.\d+\.\d+>\s*|^\[[\d:.,TZ/ +-]{4,40}\] ?(?=\S)|^\([^()]{1,100}\): |^\d{1,9} --- (?:\[[^\]]{0,100}\] ){1,2}\S{1,200}\s*: |^[\w.]{1,200}:[\w<>]{1,100}:\d{1,7} - /

function line(level: string, behind: string): Head & { readonly kind: 'line' } {
  let message = behind
  for (let n = 0; n < 4 && DECORATION.test(message); n += 1) message = message.replace(DECORATION, '')
  const part = message.trim() === '' ? '' : /^\W{0,4}<(\d+\.\d+\.\d+)>/.exec(behind)?.[1]
  const words = ownWords(message.slice(0, trailingPairsIn(message)))
  return { kind: 'line', level, message: words === '' ? ownWords(message) : words, ...(part !== undefined && { part }) }
}

function exception(type: string, message: string): Head & { readonly kind: 'exception' } {
  const reason = /rejected with the reason "(?<reason>.*?)"\.?$/.exec(message)?.groups?.['reason']
  return { kind: 'exception', type, message: ownWords(reason ?? message) }
}

function opening(message: string, below: 'line' | 'exception'): Head {
  return { kind: 'opening', message, below }
}

function leveled(has: string, pattern: RegExp): Form {
  return { has, pattern, head: ({ level = '', message = '' }) => line(levels[level] ?? level.toLowerCase(), message) }
}

/** What follows a message in its line, and is data: objects and lists, parameters of statements. */
const DATA = /(?:[[{]\s*(?:["'{[]|[\w$]+:\s|\})|\[\]|\{$|-- PARAMETERS:|\b[Pp]aram(?:eter)?s:\s)/

/** The words of a message, without the data behind them. */
export function ownWords(message: string): string {
  const at = message.search(DATA)
  return (at < 0 ? message : message.slice(0, at).replace(/ -\s?$/, '')).trim()
}
