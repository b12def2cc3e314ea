import t from 'tap'
import { sendTestAlert, testedRule } from '../../src/control/test-alert.js'
import { HttpClient } from '../../src/deliver/http-client.js'
import { startReceiver } from '../fixtures/receiver.js'

t.test('goes to the rule of that name, or to the first that has a url', async (t) => {
  const url = 'https://a.test/hook'
  t.match(testedRule({ url }, undefined), { name: 'default', url })
  const rules = [
    { name: 'x', url: '' },
    { name: 'y', url: 'https://b.test/' },
  ]
  t.match(testedRule({ rules }, undefined), { name: 'y' })
  t.match(testedRule({ url, rules }, 'y'), { name: 'y', url: 'https://b.test/' })
  t.throws(() => testedRule({ url }, 'z'), { code: 'ERR_LOGSIREN_CONFIG', message: /\(default\), got another name/ })
  t.throws(() => testedRule({}, undefined), { code: 'ERR_LOGSIREN_CONFIG', message: /to have a `url`/ })
})

t.test('is sent as alerts are, marked as a test, and says how it ended', async (t) => {
  const receiver = await startReceiver(t)
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const rule = testedRule({ enabled: false, url: receiver.url, secret: 's3cret', threshold: 7 }, undefined)
  const outcome = await sendTestAlert(http, rule)
  t.match(outcome, { outcome: 'delivered', status: 204, rule: 'default', duration_ms: Number })
  const [received] = receiver.received
  t.match(received?.headers, { 'webhook-id': outcome.id, authorization: 'Bearer s3cret' })
  t.match(received?.body, {
    type: 'log_error_threshold',
    threshold: 7,
    count: 7,
    test: true,
    id: outcome.id,
    rule: 'default',
    sample: { error_message: 'logsiren: this is a test alert' },
  })
  const keyed = testedRule(undefined, undefined, { url: receiver.url, secret: 'k', format: 'pagerduty' })
  t.match(await sendTestAlert(http, keyed), { outcome: 'delivered' })
  t.match(receiver.received[1]?.body, { routing_key: 'k', event_action: 'trigger', dedup_key: 'logsiren-test/default' })
  t.match(await sendTestAlert(http, { ...keyed, secret: '' }), { outcome: 'rejected', reason: 'noSecret' })
  receiver.answerWith(503, 410)
  t.match(await sendTestAlert(http, rule), { outcome: 'retry', status: 503, reason: 'serverError' })
  t.match(await sendTestAlert(http, rule), { outcome: 'rejected', status: 410 })
})
