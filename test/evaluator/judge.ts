import t from 'tap'
import type { Observed } from '../../src/evaluator/held-records.js'
import { createJudge } from '../../src/evaluator/judge.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { RequestDedupe } from '../../src/record/request-dedupe.js'
import { rule } from '../fixtures/store-contract.js'

const strict = { ...rule, name: 'strict', statusCodeThreshold: 400 }

const line = (statusCode: number, requestId: string, closesRequest = false): Observed => ({
  kind: 'line',
  record: { ...toLogRecord({ statusCode }), severity: 30, hasError: false, requestId, closesRequest },
  monotonicMs: 0,
  wallMs: 0,
})

t.test('says which rules a record breaks, and counts the lines of a request once', (t) => {
  const judge = createJudge({ minSeverity: 40, dedupe: new RequestDedupe() })
  const rows: [Observed, verdict: string][] = [
    [{ kind: 'record', record: toLogRecord({ statusCode: 404 }), monotonicMs: 0, wallMs: 0 }, 'error: strict'],
    [line(200, 'a'), 'fine'],
    [line(503, 'a'), 'error: default strict'],
    [line(503, 'b'), 'error: default strict'],
    [line(503, 'a', true), 'further: default strict'],
    [line(503, 'a'), 'error: default strict'],
    [line(200, 'a', true), 'fine'],
    [line(404, 'a'), 'error: strict'],
  ]
  for (const [observed, expected] of rows) {
    const verdict = judge(observed, [rule, strict])
    const names = verdict.kind === 'fine' ? '' : `: ${verdict.rules.map(({ name }) => name).join(' ')}`
    t.equal(`${verdict.kind}${names}`, expected)
  }
  t.end()
})

t.test('counts each line for itself where it is told to', (t) => {
  const judge = createJudge({ minSeverity: 40, dedupe: undefined })
  t.strictSame(
    [judge(line(503, 'a'), [rule]), judge(line(503, 'a'), [rule])],
    Array(2).fill({ kind: 'error', rules: [rule] }),
  )
  t.end()
})
