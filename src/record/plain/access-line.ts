// Access logs: the combined and common formats of Apache, nginx and morgan, and morgan's short ones -> members as pino-http has them.

/** A request line whose URL holds no blank, as every server's does: what a client puts into it cannot pass for the status. */
const REQUEST = String.raw`(?:(\S+) (\S+) HTTP\/[\d.]+|(?:[^"\\]|\\.)*)`
/**
 * `:remote-addr - :remote-user [:date] "request" :status`; what follows was written by the client, and is not read. A user
 * whose name holds quotes or brackets could forge all of that, so such lines are none.
 */
const COMBINED = new RegExp(
  String.raw`^(?:[\w.-]+:\d{1,5} )?(\S+) \S+ [^"[\]]{0,256}\[(\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "${REQUEST}" (\d{3}|-) `,
)
const METHOD = String.raw`([A-Z]{3,16}) (\S+)`
/** `GET /path 503 1.234 ms - 12` and `GET /path 503 12 - 1.234 ms` */
const DEV = new RegExp(String.raw`^${METHOD} (\d{3}) (?:[\d.]+ ms - (?:\d+|-)|(?:\d+|-) - [\d.]+ ms)$`)
const SHORT = new RegExp(String.raw`^(\S+) \S+ ${METHOD} HTTP\/[\d.]+ (\d{3}) (?:\d+|-) - [\d.]+ ms$`)

export interface AccessMembers {
  /** As pino-http logs what was answered: its status judges it. */
  readonly level: 'info'
  readonly time?: number
  readonly req: { readonly method?: string; readonly url?: string; readonly remoteAddress?: string }
  readonly res: { readonly statusCode: number }
}

/** Undefined where the line is none of these formats, or was never answered. */
export function accessMembersOf(line: string): AccessMembers | undefined {
  const text = line.trimEnd()
  const combined = COMBINED.exec(text)
  if (combined !== null) {
    const [, address, date = '', method, url, status] = combined
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
  readonly time?: number | undefined
}

function members({ address, method, url, status, time }: Parts): AccessMembers | undefined {
  if (status === undefined || status === '-') return undefined
  return {
    level: 'info',
    ...(time !== undefined && { time }),
    req: {
      ...(method !== undefined && { method }),
      ...(url !== undefined && { url: url.replace(/[?#].*$/, '') }),
      ...(address !== undefined && address !== '-' && { remoteAddress: address }),
    },
    res: { statusCode: Number(status) },
  }
}

/** `28/Nov/2026:12:00:00 +0000` */
function timeOf(date: string): number | undefined {
  const [day, month, rest = ''] = date.split('/')
  const timeMs = Date.parse(`${day} ${month} ${rest.replace(':', ' ')}`)
  return Number.isNaN(timeMs) ? undefined : timeMs
}
