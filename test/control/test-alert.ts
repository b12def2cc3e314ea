import t, { type Test } from 'tap'
import type { RuleOptions } from '../../src/config/options.js'
import { sendTestAlert, type TestOutcome, type TestParts, testedRule } from '../../src/control/test-alert.js'
import { HttpClient } from '../../src/deliver/http-client.js'
import { startReceiver } from '../fixtures/receiver.js'

/** Sends test alerts as these options say. */
function open(t: Test, parts: Partial<TestParts> = {}): (options: RuleOptions) => Promise<TestOutcome> {
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const policy = { allowedOrigins: undefined, allowPrivate: true }
  return (options) => sendTestAlert(testedRule(undefined, undefined, options), { http, policy, ...parts })
}

t.test('goes to the rule of that name, or to the first that has a url', async (t) => {
  const url = 'https://a.test/hook'
  t.match(testedRule({ url }, undefined), { name: 'default', url })
  const rules = [
    { name: 'x', url: '' },
    { name: 'y', url: 'https://b.test/' },
  ]
  t.match(testedRule({ url, rules }, undefined), { name: 'y' })
  t.match(testedRule({ url, rules }, 'y'), { name: 'y', url: 'https://b.test/' })
  t.throws(() => testedRule({ url }, 'z'), { code: 'ERR_LOGSIREN_CONFIG', message: /\(default\), got another name/ })
  t.throws(() => testedRule({ url, format: 'template' }, undefined), { message: /rule default to have a `template`/ })
  t.match(testedRule({ url, format: 'template' }, undefined, { template: 1 }), { template: 1 }, 'it may be in code')
  t.throws(() => testedRule({}, undefined), { code: 'ERR_LOGSIREN_CONFIG', message: /to have a `url`/ })
})

t.test('is sent as alerts are, marked as a test, and says how it ended', async (t) => {
  const receiver = await startReceiver(t)
  const send = open(t)
  const options = { enabled: false, url: receiver.url, secret: 's3cret', threshold: 7 }
  const outcome = await send(options)
  t.match(outcome, { outcome: 'delivered', status: 204, rule: 'default', format: 'json', duration_ms: Number })
  t.equal(outcome.host, new URL(receiver.url).host)
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
  t.equal(receiver.received.length, 1, 'one request is all')
  t.match(await send({ ...options, format: 'pagerduty', secret: '' }), { outcome: 'rejected', reason: 'noSecret' })
  receiver.answerWith(503, (_request, response) => response.writeHead(410).end('channel_is_archived'))
  t.match(await send(options), { outcome: 'retry', status: 503, reason: 'serverError' })
  t.match(await send(options), { outcome: 'rejected', status: 410, answer: 'channel_is_archived' })
})

t.test('is ended again where it would stay open, and is an error there, each time another one', async (t) => {
  const receiver = await startReceiver(t)
  const send = open(t)
  const pager = { url: receiver.url, format: 'pagerduty', secret: 'k' } as const
  t.match(await send(pager), { outcome: 'delivered', resolved: { outcome: 'delivered', status: 204 } })
  await send(pager)
  const keys = receiver.received.map(({ body }) => body.dedup_key)
  t.match(
    receiver.received.map(({ body }) => body),
    [
      { routing_key: 'k', event_action: 'trigger', payload: { severity: 'error' } },
      { routing_key: 'k', event_action: 'resolve' },
      { event_action: 'trigger' },
      { event_action: 'resolve' },
    ],
  )
  t.strictSame([keys[0], keys[2]], [keys[1], keys[3]])
  t.not(keys[0], keys[2])
  t.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 4)
  t.match(await send({ url: receiver.url, format: 'alertmanager' }), { resolved: { outcome: 'delivered' } })
  const [firing, ended] = receiver.received.slice(4).map(({ body }) => body.alerts[0])
  t.match([firing.status, ended.status, firing.labels.severity], ['firing', 'resolved', 'error'])
  t.strictSame([ended.labels, ended.fingerprint], [firing.labels, firing.fingerprint])
  for (const format of ['slack', 'discord', 'teams', 'googlechat', 'cloudevents'] as const)
    t.notOk('resolved' in (await send({ url: receiver.url, format })), `${format}: one request`)
  t.equal(receiver.received.length, 11)
  receiver.answerWith(202, (_request, response) => response.writeHead(503).end('later'))
  const half = await send(pager)
  const failed = { outcome: 'retry', status: 503, reason: 'serverError', answer: 'later' }
  t.match([half.outcome, half.resolved], ['delivered', failed], 'it was delivered all the same')
  receiver.answerWith(400)
  t.notOk('resolved' in (await send(pager)), 'what never came needs no end')
})

t.test('one that is delivered makes what is parked for its url due, and no other one does', async (t) => {
  const receiver = await startReceiver(t)
  const rearmed: string[] = []
  const rearm = (url: string): Promise<void> => {
    rearmed.push(url)
    return rearmed.length === 1 ? Promise.resolve() : Promise.reject(new Error('away'))
  }
  const send = open(t, { rearm })
  receiver.answerWith(403, 204)
  t.notOk('rearmed' in (await send({ url: receiver.url })))
  t.strictSame(rearmed, [])
  t.match(await send({ url: receiver.url }), { outcome: 'delivered', rearmed: true })
  t.match(await send({ url: receiver.url }), { outcome: 'delivered', rearmed: false }, 'Redis is away')
  t.strictSame(rearmed, [receiver.url, receiver.url])
  t.notOk('rearmed' in (await open(t)({ url: receiver.url })), 'nobody can without Redis')
})

t.test('goes nowhere where no alert may go', async (t) => {
  const receiver = await startReceiver(t)
  const strict = open(t, { policy: { allowedOrigins: undefined, allowPrivate: false } })
  await t.rejects(strict({ url: receiver.url }), { code: 'ERR_LOGSIREN_CONFIG', message: /`url`.*not public/ })
  const elsewhere = open(t, { policy: { allowedOrigins: ['https://a.test'], allowPrivate: true } })
  await t.rejects(elsewhere({ url: receiver.url }), { message: /`url`.*allowed origins/ })
  t.equal(receiver.received.length, 0)
})

t.test('carries links and labels as a real one, and shows what was sent where that is asked for', async (t) => {
  const receiver = await startReceiver(t)
  const links = { Logs: 'https://logs.test/?id={id}&s={state}' }
  const options = { url: receiver.url, threshold: 5, percent: 2.5, links, labels: { team: 'a' } }
  const { id } = await open(t)(options)
  t.match(receiver.received[0]?.body, {
    requests: 200,
    percent: 2.5,
    labels: { team: 'a' },
    links: { Logs: `https://logs.test/?id=${id}&s=test` },
  })
  const verbose = open(t, { isVerbose: true })
  const own = { format: 'template', template: { s: '{state}' }, headers: { 'X-Key': 'canary' } } as const
  const shown = await verbose({ url: receiver.url, ...own })
  t.strictSame(shown.sent?.body, '{"s":"test"}')
  t.match(shown.sent?.headers, ['content-type', 'user-agent', 'webhook-id', 'webhook-timestamp', 'x-key'])
  t.notMatch(JSON.stringify(shown), 'canary')
  const paged = await verbose({ url: receiver.url, format: 'pagerduty', secret: 'sécret"key' })
  t.equal(JSON.parse(paged.sent?.body ?? '').routing_key, '***')
  t.equal(JSON.parse(paged.resolved?.sent?.body ?? '').routing_key, '***')
  t.equal(receiver.received.at(-1)?.body.routing_key, 'sécret"key')
  t.notOk('sent' in (await open(t)(options)))
})
