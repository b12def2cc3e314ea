// Reads lines of access logs: the formats `combined` and `common` of Apache, nginx and morgan, and morgan's `short`, `tiny` and
// `dev`. The result has its members where pino-http has them.

/** The quoted request: method, URL and protocol, or anything else. The URL holds no blank, so no client can write a status into it. */
const REQUEST = String.raw`(?:(\S+) (\S+) HTTP\/[\d.]+|(?:[^"\\]|\\.)*)`
/** `:remote-addr - :remote-user [:date] "request" :status`. Referrer and agent follow; clients write them, so they are not read. */
const COMBINED = new RegExp(
  String.raw`^(?:[\w.-]+:\d{1,5} )?(\S+) \S+ [^"[\]]{0,256}\[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "${REQUEST}" (\d{3}|-) `,
)
/**
 * Date and quote of a second access line within this one. morgan writes a user's name and agent as the client sent them, so a client
 * can put a whole line into either. Then nobody can tell which status is the real one, and the line is not read.
 */
const SECOND_LINE = /\[\d\d\/[A-Z][a-z]{2}\/\d{4}:[^\]"]{0,32}\] "/
const METHOD = String.raw`([A-Z]{3,16}) (\S+)`
/** morgan's `dev` and `tiny`: `GET /path 503 1.234 ms - 12` and `GET /path 503 12 - 1.234 ms`. */
const DEV = new RegExp(String.raw`^${METHOD} (\d{3}) (?:[\d.]+ ms - (?:\d+|-)|(?:\d+|-) - [\d.]+ ms)$`)
/** morgan's `short`: `203.0.113.9 - GET /path HTTP/1.1 503 12 - 1.234 ms`. */
const SHORT = new RegExp(String.raw`^(\S+) \S+ ${METHOD} HTTP\/[\d.]+ (\d{3}) (?:\d+|-) - [\d.]+ ms$`)

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

/** Reads a line of an access log; undefined where it has none of the formats, or its request was never answered. */
export function accessMembersOf(line: string): AccessMembers | undefined {
  const text = line.trimEnd()
  const combined = COMBINED.exec(text)
  if (combined !== null) {
    const [whole, address, date = '', method, url, status] = combined
    if (SECOND_LINE.test(text.slice(whole.length))) return undefined
    return members({ address, method, url, status, time: timeOf(date) })
  }
  const short = SHORT.exec(text)
  if (short !== null) return members({ address: short[1], method: short[2], url: short[3], status: short[4] })
  const dev = DEV.exec(text)
  return dev === null ? undefined : members({ method: dev[1], url: dev[2], status: dev[3] })
}

interface Parts {
  readonly address?: string | undefined
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly status?: string | undefined
  readonly time?: string | undefined
}

function members({ address, method, url, status, time }: Parts): AccessMembers | undefined {
  if (status === undefined || status === '-') return undefined
  return {
    level: 'info',
    time,
    req: {
      method,
      url: url === undefined ? undefined : pathOf(url),
      remoteAddress: address === '-' ? undefined : address,
    },
    res: { statusCode: Number(status) },
  }
}

function pathOf(url: string): string {
  const query = url.search(/[?#]/)
  return query < 0 ? url : url.slice(0, query)
}

/** Makes `28 Nov 2026 12:00:00 +0000` of `28/Nov/2026:12:00:00 +0000`. */
function timeOf(date: string): string {
  return `${date.slice(0, 2)} ${date.slice(3, 6)} ${date.slice(7, 11)} ${date.slice(12)}`
}
