import t from 'tap'
import { toSample } from '../../src/alert/sample.js'
import { attempt } from '../../src/deliver/attempt.js'
import { HttpClient } from '../../src/deliver/http-client.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { startReceiver } from '../fixtures/receiver.js'
import { rule } from '../fixtures/store-bench.js'

t.test('tells an alert once, says how it ended, and never rejects', async (t) => {
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const receiver = await startReceiver(t)
  receiver.answerWith(200, 404)
  const alert = {
    id: 'a-1',
    rule: 'default',
    count: 3,
    threshold: 3,
    window_seconds: 60,
    sample: toSample(toLogRecord({})),
    facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
  } as const
  const to = (url: string, secret = ''): ReturnType<typeof attempt> =>
    attempt(http, { ...rule, url, secret }, alert, 1000)
  t.strictSame(await to(receiver.url, 'x'), { kind: 'delivered', status: 200 })
  t.strictSame(await to(receiver.url), { kind: 'rejected', reason: 'clientError', status: 404 })
  t.match(await to('nonsense'), { kind: 'rejected', reason: 'request' })
  t.match(receiver.received[0], {
    headers: { authorization: 'Bearer x', 'webhook-id': 'a-1', 'webhook-timestamp': '1' },
    body: { sent_at: '1970-01-01T00:00:01Z' },
  })
})
