// Takes off a line what carries it: the prefixes of container and process managers, of system and cloud logs, and times.
import { namesLevel } from './level-word.js'

/** A line without its carriers. */
export interface Carried {
  readonly text: string
  /** Index in the line at which the text begins. */
  readonly start: number
  /** What carries it, without times; `''` where the line has no carrier. Lines of one source belong together, others stand between them. */
  readonly source: string
  /** Whether a time stood just before the text, as programs write one before each of their own lines. */
  readonly isTimed: boolean
  /** The text is a part of a line, and the rest of it is still to come. */
  readonly isPart: boolean
}

/** Says of what stands behind a prefix that may be a part of a message (`api: `) whether it is one, by the source that it would have. */
export type Confirm = (source: string, text: string) => boolean

const CLOCK = String.raw`\d\d?:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AP]M)?`
const ZONE = String.raw`(?: ?(?:Z|UTC|GMT|(?:CES?T|EES?T|WES?T|[ECMP][DS]T|JST|IST|BST|MSK)(?= \[)|[+-]\d\d:?\d\d)){0,2}`
const DAYS = String.raw`(?:[A-Z][a-z]{2} )?(?:\d{4}[-/.]\d\d[-/.]\d\d|\d\d?[-/. ](?:\d\d?|[A-Z][a-z]{2})[-/. ]\d{4}|[A-Z][a-z]{2} [ \d]\d(?:, \d{4})?)`
const TIME = String.raw`(?:${DAYS}(?:[T ]|,? {1,2}| - |:)${CLOCK}(?: \d{4})?|${CLOCK})${ZONE}`
/** An app and its process, with or without its host. */
const PROCESS = String.raw`(?:[\w.-]{1,100} )?[\w./-]{1,100}\[[\w./-]{1,60}\]:(?: |$)`

interface Prefix {
  readonly pattern: RegExp
  /** How its first letter may be; which patterns are tried is told by it. */
  readonly begins: RegExp
  readonly kind: 'time' | 'stamp' | 'source' | 'part' | 'whole' | 'maybe'
  /** Only behind a time. */
  readonly isTimed?: boolean
}

const word = /[A-Za-z@_]/
const digit = /\d/
const any = /./

/** Each says where it ends. The first that is found is taken off, then the next one is searched for. */
const prefixes: readonly Prefix[] = [
  // pm2: `0|api  | `
  source(digit, String.raw`\d{1,5}\|[^|]{1,100}\| ?`),
  // aws logs tail: `2026/05/04/[1]abc `, before dates are taken for a time
  timed(any, String.raw`(?:[\w-]{1,100}\/)*\d{4}\/\d\d\/\d\d\/[\w-]{0,100}\[[\w$]{1,20}\][0-9a-f]{1,64} `),
  timed(word, String.raw`[\w./-]{1,200}\/[0-9a-f-]{8,64} `),
  // Lambda: an id between tabs, before the level
  timed(any, String.raw`(?:[0-9a-f-]{4,36}|undefined)\t(?=[A-Z]{4,5}\t)`),
  // CRI: `stderr F `, `P` for a part of a line
  { begins: word, isTimed: true, kind: 'whole', pattern: sticky('(?:stdout|stderr) F ?') },
  { begins: word, isTimed: true, kind: 'part', pattern: sticky('(?:stdout|stderr) P ?') },
  // docker and kubectl, with --timestamps, of each line whatever it is
  { begins: digit, kind: 'stamp', pattern: sticky(String.raw`\d{4}-\d\d-\d\dT[\d:]{8}\.\d{7,9}Z(?: |$)`) },
  // syslog, without a process
  {
    begins: /[A-Z]/,
    kind: 'stamp',
    pattern: sticky(String.raw`[A-Z][a-z]{2} [ \d]\d [\d:.]{8,15} [\w.-]{1,100} [\w./-]{1,60}:(?: |$)`),
  },
  { begins: /[\dA-Z]/, kind: 'time', pattern: sticky(String.raw`${TIME}(?::|,| \||(?! - \/) -)?(?:[ \t]|$)`) },
  { begins: /\[/, kind: 'time', pattern: sticky(String.raw`\[${TIME}\]:?(?: -)?(?:[ \t]|$)`) },
  // journald's and the kernel's time since the start
  { begins: /\[/, kind: 'time', pattern: sticky(String.raw`\[ {0,8}\d{1,9}\.\d{3,9}\] `) },
  // Cloud Foundry, and compose files run by others: with blanks before
  { begins: / /, kind: 'time', pattern: sticky(String.raw` {1,4}${TIME} \[[A-Z]+\/[\w/-]{1,60}\] (?:OUT|ERR) `) },
  source(/[ A-Za-z]/, String.raw` {0,40}[\w@.-]{1,100} {0,40}│ ?`),
  // kubectl: `[pod/web-1/app] `
  source(/\[/, String.raw`\[pod\/[^\]\s]{1,300}\] `),
  // concurrently, npm-run-all, yarn: `[0] `, `[api] `
  source(/\[/, String.raw`\[(?!Nest\]|GIN\])[\w@/.#:-]{1,80}(?: [\w@/.#:-]{1,80})? {0,40}\]:? `),
  // RFC 5424 and RFC 3164, with a priority
  source(/</, String.raw`<\d{1,3}>1 ${TIME} \S{1,100} \S{1,100} \S{1,100} \S{1,100} (?:-|\[[^\]]{0,200}\]) `),
  { begins: /</, kind: 'time', pattern: sticky(String.raw`<\d{1,3}>(?=[A-Z][a-z]{2} [ \d]\d )`) },
  // syslog and journald, Heroku, with the process: `host app[71]: `, `app[web.1]: `; without it only behind a time: `host kernel: `
  source(word, PROCESS),
  // fly: `app[6e82] fra [info]`
  timed(word, String.raw`[\w-]{1,100}\[\w{1,40}\] [a-z]{3} (?:\[(?:info|debug|warn|warning)\])?`),
  // App Engine
  timed(word, String.raw`[\w-]{1,100}\[\d{8}t\d{6}\] {2}`),
  // docker compose, foreman: `web-1  | `
  source(word, String.raw`[\w@.-]{1,100} {0,40}\|(?: |$)`),
  // stern: `web-7d9f8b6c5d-x2x4k app `
  source(
    word,
    `(?:[a-z0-9-]{1,63} )?[a-z][a-z0-9.-]{0,200}-[bcdfghjklmnpqrstvwxz2456789]{5} (?:› )?[a-z][a-z0-9-]{0,62} `,
  ),
  maybe(word, String.raw`[a-z][a-z0-9.-]{0,200}-\d{1,3} (?:› )?[a-z][a-z0-9-]{0,62} `),
  // turbo: `api:dev: `
  source(/[A-Za-z@_/]/, String.raw`[@\w./-]{1,100}:[\w./-]{1,60}(?::[\w./-]{1,60})?: `),
  source(/@/, String.raw`@[\w.-]{1,60}\/[\w./-]{1,100}: `),
  // lerna and nx: `api: `; pnpm: `apps/api dev: `
  maybe(word, String.raw`@?[\w./-]{1,100}: `),
  maybe(/[\w@.]/, String.raw`(?:\.|@?[\w.-]{0,60}\/[\w@./-]{1,100}) [\w:.-]{1,60}: `),
  // Whatever else ends in a mark or a time, before JSON.
  {
    begins: any,
    kind: 'whole',
    pattern: sticky(String.raw`[^{]{0,118}?(?:[|\]:>]|Z|[+-]\d\d:?\d\d|^)\s{1,40}(?=\{")`),
  },
]

const byStart = new Map<number, readonly Prefix[]>()

function prefixesAt(code: number): readonly Prefix[] {
  let known = byStart.get(code)
  if (known === undefined) {
    const letter = String.fromCharCode(code)
    known = prefixes.filter(({ begins }) => begins.test(letter))
    if (code < 0x80) byStart.set(code, known)
  }
  return known
}

/** At most this many prefixes are taken off a line. What stands behind them is text of the line. */
const MAX_PREFIXES = 8

export function withoutCarriers(line: string, confirm: Confirm): Carried {
  let [start, source, hasTime] = [0, '', false]
  let last: Prefix['kind'] | undefined
  for (let n = 0; n < MAX_PREFIXES && start < line.length; n += 1) {
    const found = prefixAt(line, start, source, hasTime, confirm)
    if (found === undefined) break
    const { kind, end } = found
    if (kind === 'time' || kind === 'stamp') hasTime = true
    else if (kind === 'source' || kind === 'maybe') source += line.slice(start, end)
    last = kind
    start = end
  }
  return {
    text: start === 0 ? line : line.slice(start),
    start,
    source,
    isTimed: last === 'time',
    isPart: last === 'part',
  }
}

function prefixAt(
  line: string,
  start: number,
  source: string,
  hasTime: boolean,
  confirm: Confirm,
): { readonly kind: Prefix['kind']; readonly end: number } | undefined {
  for (const { pattern, kind, isTimed } of prefixesAt(line.charCodeAt(start))) {
    if (isTimed === true && !hasTime) continue
    pattern.lastIndex = start
    if (!pattern.test(line)) continue
    const end = pattern.lastIndex
    if (kind === 'time' || kind === 'stamp') return { kind, end }
    const name = line.slice(start, end)
    // A level or an exception's name is the head of what it stands before, and no carrier.
    if (isTimed !== true && (namesLevel(name) || /(?:Error|Exception)[: ]/.test(name))) continue
    if (kind !== 'maybe' || confirm(source + name, line.slice(end))) return { kind, end }
  }
  return undefined
}

function sticky(pattern: string): RegExp {
  return new RegExp(pattern, 'y')
}

function source(begins: RegExp, pattern: string): Prefix {
  return { begins, kind: 'source', pattern: sticky(pattern) }
}

function timed(begins: RegExp, pattern: string): Prefix {
  return { ...source(begins, pattern), isTimed: true }
}

function maybe(begins: RegExp, pattern: string): Prefix {
  return { ...source(begins, pattern), kind: 'maybe' }
}
