// Reads lines that tell of one answered request: of Apache, nginx and morgan, and what frameworks print while they serve. The result has
// its members where pino-http has them.

export interface AccessMembers {
  /** As pino-http logs each answered request, so that the status alone decides whether the line is an error. */
  readonly level: 'info'
  /** When the request was logged, in a form that `Date.parse` reads; undefined where the format has no time. */
  readonly time: string | undefined
  readonly req: {
    readonly method: string | undefined
    readonly url: string | undefined
    readonly remoteAddress: string | undefined
  }
  readonly res: { readonly statusCode: number }
}

/** The quoted request: method, URL and protocol, or anything else. The URL holds no blank, so no client can write a status into it. */
const REQUEST = String.raw`"(?:(?<method>[A-Z]{3,16}) (?<url>\S+) HTTP\/[\d.]+|(?:[^"\\]|\\.)*)"`
const QUOTED = String.raw`"(?<method>[A-Z]{3,16}) (?<url>\S+) HTTP\/[\d.]+"`
const STATUS = String.raw`(?<status>[1-5]\d\d)`
const METHOD = '(?<method>[A-Z]{3,16})'
const LINE = String.raw`${METHOD} (?<url>\S+)`
const DATE = String.raw`(?<date>\d\d\/[A-Z][a-z]{2}\/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?)`
const SPAN = String.raw`[\d.]+ ?(?:ns|[uµμ]s|ms|s|m[\d.]+s)`
const PEER = String.raw`\[?(?<address>[\w.:]+?)\]?:\d{1,5}`

interface Format {
  readonly pattern: RegExp
  /** The number of each group, 0 where there is none: an object of groups for each line would take half as long as the search. */
  readonly groups: Readonly<Record<Part, number>>
}
type Part = 'status' | 'address' | 'date' | 'method' | 'url'

function format(pattern: string): Format {
  const names = [...pattern.matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name)
  const at = (name: Part): number => names.indexOf(name) + 1
  return {
    pattern: new RegExp(pattern.replace(/\?<\w+>/g, '')),
    groups: { status: at('status'), address: at('address'), date: at('date'), method: at('method'), url: at('url') },
  }
}

/** What a format's line has, by which it is chosen before its pattern is tried. */
const formats: readonly { readonly has: string; readonly formats: readonly Format[] }[] = [
  {
    has: '"',
    formats: [
      // Apache, nginx and morgan, `combined` and `common`; gunicorn, werkzeug, puma, aiohttp. Referrer and agent follow, which clients write.
      String.raw`^(?:[\w.-]+:\d{1,5} )?(?<address>[^\s"]+) (?:\S+ [^"[\]]{0,256})?\[${DATE}\] ${REQUEST} (?<status>\d{3}|-) `,
      // uvicorn: `INFO:     127.0.0.1:5000 - "GET /orders HTTP/1.1" 500 Internal Server Error`
      String.raw`^(?:[A-Z]+:\s{1,10})?${PEER} - ${QUOTED} ${STATUS}\b`,
      // Django's server, Envoy, actix: a date or an address, or neither where it was taken off.
      String.raw`^(?:\[[^\]"]{0,64}\] |(?<address>[\w.:]+) )?${QUOTED} ${STATUS} `,
      // chi: `"GET http://localhost/orders HTTP/1.1" from 127.0.0.1:5000 - 500 12B in 1ms`
      `^${QUOTED} from ${PEER} - ${STATUS} `,
      // Gin: `[GIN] 2026/11/28 - 02:50:01 | 500 |  1.2ms |  203.0.113.9 | GET      "/orders"`
      String.raw`^(?:\[GIN\] )?(?:[\d/]{8,10} - [\d:]{8} \| ?)?\s{0,4}${STATUS} \|\s{0,20}${SPAN}\s{0,20}\|\s{0,40}(?<address>[\w.:]+) \|\s{0,4}${METHOD}\s{1,10}"(?<url>[^"\s]*)"`,
      // Load balancers of AWS
      String.raw`^(?:https?|h2|wss?) \S+ \S+ ${PEER} \S+ \S+ \S+ \S+ ${STATUS} \S+ \d+ \d+ ${QUOTED}`,
      // HAProxy
      String.raw`^${PEER} \[[^\]]{1,40}\] \S+ \S+ [\d/+-]+ ${STATUS} [^"]{1,200}${QUOTED}`,
    ].map(format),
  },
  {
    has: 's',
    formats: [
      // morgan's `dev` and `tiny`, koa-logger, Hono, Next.js, express-winston: `GET /orders 503 1.2 ms - 12`, `--> GET /orders 500 12ms`
      String.raw`^\s{0,8}(?:(?:-->|<--|xxx|-x-|HTTP) )?${LINE} ${STATUS}(?: (?:in |- |\()?${SPAN}(?: - (?:\d+|-)$| -$| [\d.]+\w{1,2}$| \(|\)?$)| (?:\d+|-) - [\d.]+ ms$)`,
      // morgan's `short`: `203.0.113.9 - GET /orders HTTP/1.1 503 12 - 1.2 ms`
      String.raw`^(?<address>\S+) \S+ ${LINE} HTTP\/[\d.]+ ${STATUS} (?:\d+|-) - [\d.]+ ms$`,
      // ASP.NET
      String.raw`^Request finished HTTP\/[\d.]+ ${LINE} .{0,100}?- ${STATUS} .{0,100}ms$`,
      // Rails
      String.raw`^Completed ${STATUS} [A-Z][\w' -]{0,60} in [\d.]+ms\b`,
      // Fiber
      String.raw`^${STATUS} \|\s{0,20}${SPAN}\s{0,20}\|\s{0,40}(?<address>[\w.:]+) \|\s{0,4}${METHOD}\s{0,10}\|\s{0,4}(?<url>[^\s|]+)`,
    ].map(format),
  },
  {
    has: ']: ',
    // PHP's own server
    formats: [format(String.raw`^(?:\[[^\]]{1,40}\] )?${PEER} \[${STATUS}\]: ${LINE}`)],
  },
]

/**
 * Date and quote of a second access line within this one. morgan writes a user's name and agent as the client sent them, so a client
 * can put a whole line into either. Then nobody can tell which status is the real one, and the line is not read.
 */
const SECOND_LINE = /\[\d\d\/[A-Z][a-z]{2}\/\d{4}[: ][^\]"]{0,32}\] "/

/** Reads a line of an access log; undefined where it has none of the formats, or its request was never answered. */
export function accessMembersOf(line: string): AccessMembers | undefined {
  const text = line.trimEnd()
  // JSON has none.
  if (text.endsWith('}')) return undefined
  for (const { has, formats: candidates } of formats) {
    if (!text.includes(has)) continue
    for (const { pattern, groups } of candidates) {
      const match = pattern.exec(text)
      if (match === null) continue
      const status = match[groups.status] ?? '-'
      if (status === '-' || SECOND_LINE.test(text.slice(match[0].length))) return undefined
      const [address, date, url] = [
        partOf(match, groups.address),
        partOf(match, groups.date),
        partOf(match, groups.url),
      ]
      return {
        level: 'info',
        time: date === undefined ? undefined : timeOf(date),
        req: {
          method: partOf(match, groups.method),
          url: url === undefined ? undefined : pathOf(url),
          remoteAddress: address === '-' ? undefined : address,
        },
        res: { statusCode: Number(status) },
      }
    }
  }
  return undefined
}

function partOf(match: RegExpExecArray, group: number): string | undefined {
  return group === 0 ? undefined : match[group]
}

function pathOf(url: string): string {
  const query = url.search(/[?#]/)
  return query < 0 ? url : url.slice(0, query)
}

/** Makes `28 Nov 2026 12:00:00 +0000` of `28/Nov/2026:12:00:00 +0000`. */
function timeOf(date: string): string {
  return `${date.slice(0, 2)} ${date.slice(3, 6)} ${date.slice(7, 11)} ${date.slice(12)}`
}
