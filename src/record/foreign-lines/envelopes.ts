// Opens JSON that carries the line of another program: of Docker, pm2, journald, CloudWatch, Google Cloud and Fluent Bit.
import { isObject } from '../../unknown.js'

/** What an envelope carries. */
export interface Enclosed {
  /** A text of one line or several, or the members of a line that is an object already. */
  readonly content: string | object
  /** Which of many programs wrote it, as far as that is told. */
  readonly source: string
  /** The level that the envelope gives, where its content has none: only an error's is told. */
  readonly level: string | undefined
  /** The text is a part of a line, and the rest of it is still to come. */
  readonly isPart: boolean
}

/** How envelopes begin. JSON that loggers write mostly begins with a level, a message or a time as text. */
const START =
  /\{\s*"(?:log"|timestamp"\s*:\s*\d|date"|stream"|time"\s*:\s*"|_|[A-Z]|@|kubernetes"|attrs"|container|text|json|insert|log(?:Group|Stream|Name)|ingestion|event|labels"|resource"|receive|severity"|httpRequest"|process_id")/y
const KEY =
  /"(?:log|MESSAGE|textPayload|jsonPayload|@message|app_name|logStreamName|ingestionTime)"\s*:|^\{\s*"timestamp"\s*:\s*\d+\s*,\s*"message"\s*:/
/** How pm2's end. */
const TAIL = /"app_name"\s*:\s*"[^"]{0,200}"\s*\}\s*$/

/** Whether the line of JSON from `start` to `end` may be an envelope, at a small part of what it costs to parse it. */
export function mayBeEnvelope(text: string, start: number, end: number): boolean {
  // `{"level":…`, as pino and others write it.
  if (text.charCodeAt(start + 2) === 0x6c && text.charCodeAt(start + 3) === 0x65) return false
  START.lastIndex = start
  if (START.test(text)) return KEY.test(text.slice(start, end))
  return text.startsWith('"message"', start + 1) && TAIL.test(text.slice(Math.max(start, end - 256), end))
}

/** Opens an envelope; undefined where the members are those of a line. */
export function enclosedIn(members: object): Enclosed | undefined {
  if (!isObject(members)) return undefined
  const { log, MESSAGE, textPayload, jsonPayload, message } = members as Readonly<Record<string, unknown>>
  const given = members as Readonly<Record<string, unknown>>
  // A logger's own line may have such a member too.
  if ('level' in given || 'msg' in given) return undefined
  const of = (content: unknown, source: unknown, level?: string): Enclosed | undefined => {
    if (typeof content !== 'string' && !isObject(content)) return undefined
    return { content, source: `{${String(source ?? '')}`, level, isPart: false }
  }
  // ECS writes the level of its own line into an object of that name.
  if (log !== undefined && !(isObject(log) && message !== undefined)) {
    const { kubernetes, container_name: name, stream } = given
    const pod = isObject(kubernetes)
      ? `${String(kubernetes['pod_name'])}/${String(kubernetes['container_name'])}`
      : name
    const enclosed = of(log, pod ?? stream)
    // Docker cuts lines at 16 KiB; only the last part has the newline.
    const isPart = typeof log === 'string' && !log.endsWith('\n') && typeof stream === 'string' && log.length >= 16_000
    return enclosed && { ...enclosed, isPart }
  }
  if (MESSAGE !== undefined) {
    const { PRIORITY, SYSLOG_IDENTIFIER, _SYSTEMD_UNIT, _PID } = given
    const level = /^[0-3]$/.test(String(PRIORITY)) ? 'error' : undefined
    return of(textOfBytes(MESSAGE), `${_SYSTEMD_UNIT ?? ''}${SYSLOG_IDENTIFIER ?? ''}${_PID ?? ''}`, level)
  }
  if (textPayload !== undefined || jsonPayload !== undefined) {
    const { severity, logName, resource } = given
    const level = /^(?:ERROR|CRITICAL|ALERT|EMERGENCY)$/.test(String(severity)) ? 'error' : undefined
    return of(textPayload ?? jsonPayload, `${logName ?? ''}${JSON.stringify(resource) ?? ''}`, level)
  }
  // With `@fields` it is a line of Logstash's, which has a level of its own.
  if (typeof given['@message'] === 'string' && !isObject(given['@fields']))
    return of(given['@message'], given['@logStream'])
  if (typeof message !== 'string') return undefined
  if ('app_name' in given && 'type' in given) return of(message, given['app_name'])
  const isCloudWatch =
    typeof given['timestamp'] === 'number' && Object.keys(given).every((key) => cloudWatchKeys.has(key))
  return isCloudWatch ? of(message, given['logStreamName']) : undefined
}

const cloudWatchKeys = new Set([
  'timestamp',
  'message',
  'ingestionTime',
  'eventId',
  'id',
  'logStreamName',
  'logGroupName',
])

/** journald gives a message that is no plain text as a list of bytes. */
function textOfBytes(message: unknown): unknown {
  return Array.isArray(message) && message.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256)
    ? Buffer.from(message).toString()
    : message
}
