// The ids of the trace and span in which a line was logged, where OpenTelemetry, Google Cloud, ECS and Datadog put them. They are no request ids:
// a job may log many errors in one trace.
import { cleanText } from '../../text.js'
import { compileReader, type Root } from './line-reader.js'

/** The ids of a trace and of a span in it, as the line writes them: one word of at most 128 characters each. An absent one is `''`. */
export interface TraceIds {
  readonly traceId: string
  readonly spanId: string
}

export const noTrace: TraceIds = { traceId: '', spanId: '' }

/** Paths of the two ids, by who writes them so. A line may have several, each in a form of its own, so no pair is made of two of them. */
const conventions: readonly { readonly trace: readonly string[]; readonly span: readonly string[] }[] = [
  { trace: ['trace_id', 'traceId', 'TraceId'], span: ['span_id', 'spanId', 'SpanId'] },
  { trace: ['logging.googleapis.com/trace'], span: ['logging.googleapis.com/spanId'] },
  { trace: ['trace.id'], span: ['span.id'] },
  { trace: ['dd.trace_id'], span: ['dd.span_id'] },
]

/** Compiles a reader of a line's trace, which does not look at redacted places. A span alone, without a trace, is taken where there is nothing else. */
export function compileTraceIds(redact: readonly string[] | undefined): (roots: readonly Root[]) => TraceIds {
  const readers = conventions.map(({ trace, span }) => ({
    trace: compileReader(trace, redact),
    span: compileReader(span, redact),
  }))
  const traceparent = compileReader(['traceparent'], redact)
  return (roots) => {
    let spanAlone = ''
    for (const read of readers) {
      const [traceId, spanId = ''] = [read.trace(roots, idOfTrace), read.span(roots, id)]
      if (traceId !== undefined) return { traceId, spanId }
      spanAlone ||= spanId
    }
    return traceparent(roots, idsOfTraceparent) ?? { traceId: '', spanId: spanAlone }
  }
}

/** Merges what two lines of one request tell. What the first one knows stays, and a span comes with its own trace. */
export function mergeTraceIds(known: TraceIds, later: TraceIds): TraceIds {
  const takesLater = known.traceId === '' ? later.traceId !== '' || known.spanId === '' : lacksSpanOf(known, later)
  const { traceId, spanId } = takesLater ? later : known
  return { traceId, spanId }
}

const lacksSpanOf = (known: TraceIds, later: TraceIds): boolean =>
  known.spanId === '' && known.traceId === later.traceId

/** What stands before the id in the name of a trace at Google: `projects/P/traces/`. */
const GOOGLE = /^(?:\/\/[^/]+\/)?projects\/[^/]+\/traces\//

function idOfTrace(value: unknown): string | undefined {
  return id(typeof value === 'string' ? value.replace(GOOGLE, '') : value)
}

/**
 * Takes an id: a word, or a whole number, as Datadog's are. One that was cut or rounded would lead nowhere, or to a trace of somebody else, so
 * what is too long, or too large to be exact, is none. Neither is one of zeros alone, which says that there is no trace.
 */
function id(value: unknown): string | undefined {
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return id(String(value))
  if (typeof value !== 'string') return undefined
  const word = value.trim()
  return /^[!-~]{1,128}$/.test(word) && !/^[-0]+$/.test(word) && cleanText(word) === word ? word : undefined
}

/** Takes the ids of a header as W3C's Trace Context writes it, where a line has it as a member of its own. */
function idsOfTraceparent(value: unknown): TraceIds | undefined {
  if (typeof value !== 'string') return undefined
  const [, trace, span] = /^\s*(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/.exec(value) ?? []
  const traceId = id(trace)
  return traceId === undefined ? undefined : { traceId, spanId: id(span) ?? '' }
}
