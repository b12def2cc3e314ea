import t from 'tap'
import { toSample } from '../../src/alert/sample.js'
import { formatFor } from '../../src/config/formats.js'
import { attempt } from '../../src/deliver/attempt.js'
import { HttpClient } from '../../src/deliver/http-client.js'
import type { Outcome } from '../../src/deliver/outcome.js'
import { toLogRecord } from '../../src/record/log-record.js'
import { startReceiver } from '../fixtures/receiver.js'
import { rule } from '../fixtures/store-bench.js'

const alert = {
  id: 'a-1',
  rule: 'default',
  count: 3,
  threshold: 3,
  window_seconds: 60,
  sample: toSample(toLogRecord({})),
  facts: { kind: 'firing', suppressed: 0, firstSeenMs: undefined, lastSeenMs: undefined },
} as const

t.test('tells an alert once, says how it ended, and never rejects', async (t) => {
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const receiver = await startReceiver(t)
  receiver.answerWith(200, 404)
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

t.test('a 2xx whose body says that the alert was not accepted is tried again', async (t) => {
  const lookup = ((_name: string, _options: object, answer: (error: null, found: object[]) => void) =>
    answer(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof import('node:dns').lookup
  const http = new HttpClient({ allowPrivate: true }, { lookup })
  t.teardown(() => http.close())
  const receiver = await startReceiver(t)
  const { port } = new URL(receiver.origin)
  const says = (text: string) => (_request: unknown, response: import('node:http').ServerResponse) => {
    response.writeHead(200).end(text)
  }
  const to = (place: string): Promise<Outcome> => {
    const url = `http://${place.replace('/', `:${port}/`)}`
    return attempt(http, { ...rule, url, format: formatFor(url) }, alert, 1000)
  }
  const notAccepted = (answer: string): object => ({ kind: 'retry', reason: 'notAccepted', status: 200, answer })
  const delivered = { kind: 'delivered', status: 200 }
  const failure = 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429'
  receiver.answerWith(says('invalid_token'), says('ok'), says(failure), says('1'), says(failure))
  t.strictSame(await to('hooks.slack.com/services/x'), notAccepted('invalid_token'))
  t.strictSame(await to('hooks.slack.com/services/x'), { ...delivered, answer: 'ok' })
  t.strictSame(await to('shop.webhook.office.com/webhookb2/x'), notAccepted(failure))
  t.strictSame(await to('shop.webhook.office.com/webhookb2/x'), { ...delivered, answer: '1' })
  const byStatus = { ...delivered, answer: failure }
  t.strictSame(await to('any.test/hook'), byStatus, 'other receivers say it by their status alone')
  receiver.answerWith((_request, response) => void response.writeHead(200).write('invalid'))
  t.strictSame(await to('hooks.slack.com/services/x'), delivered, 'where no whole body comes, the status says it')
  receiver.answerWith(says('x'.repeat(20_000)))
  t.strictSame(await to('hooks.slack.com/services/x'), delivered, 'nor a short one')
})

t.test('makes the body that the rule’s receiver takes, and keeps a routing key out of the headers', async (t) => {
  // Every name is loopback, so that urls can be those of the receivers.
  const lookup = ((_name: string, _options: object, answer: (error: null, found: object[]) => void) =>
    answer(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof import('node:dns').lookup
  const http = new HttpClient({ allowPrivate: true }, { lookup })
  const strict = new HttpClient({ allowPrivate: false }, { lookup })
  t.teardown(() => Promise.all([http.close(), strict.close()]))
  const receiver = await startReceiver(t)
  const { port } = new URL(receiver.origin)
  const to = async (place: string, secret: string, client = http): Promise<unknown> => {
    const url = `http://${place.replace('/', `:${port}/`)}`
    return attempt(client, { ...rule, url, secret, format: formatFor(url) }, alert, 1000)
  }
  const discord = 'discord.com/api/webhooks/1/a%2Fb?thread_id=5'
  const chat = 'chat.googleapis.com/v1/spaces/S/messages?key=k&token=a%3Db'
  for (const place of [discord, chat, 'events.pagerduty.com/v2/enqueue'])
    t.match(await to(place, 'k'), { kind: 'delivered' }, place)
  const [toDiscord, toChat, toPagerDuty] = receiver.received
  t.equal(toDiscord?.path, '/api/webhooks/1/a%2Fb?thread_id=5&wait=true')
  t.match(toDiscord, { headers: { authorization: 'Bearer k' }, body: { embeds: Array } })
  const option = 'messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD'
  t.equal(toChat?.path, `/v1/spaces/S/messages?key=k&token=a%3Db&${option}`)
  t.match(toPagerDuty, { path: '/v2/enqueue', body: { routing_key: 'k', event_action: 'trigger' } })
  t.notMatch(JSON.stringify(toPagerDuty?.headers), /authorization|signature/)
  t.match(await to('events.pagerduty.com/v2/enqueue', ''), { kind: 'rejected', reason: 'noSecret' })
  t.match(await to(discord, '', strict), { kind: 'rejected', reason: 'address' }, 'the guard judges it all the same')
  t.equal(receiver.received.length, 3)
  const signing = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  await to('hooks.slack.com/services/x', signing)
  const toSlack = receiver.received[3]
  t.match(toSlack, { headers: { 'webhook-signature': /^v1,/ }, body: { blocks: Array } })
  await to('events.pagerduty.com/v2/enqueue', signing)
  t.match(receiver.received[4]?.body, { routing_key: signing })
  t.notOk(receiver.received[4]?.headers['webhook-signature'])
})

t.test('says what the receiver says, without what it was told', async (t) => {
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const receiver = await startReceiver(t)
  const to = (path: string, secret = ''): Promise<Outcome> =>
    attempt(http, { ...rule, url: `${receiver.origin}${path}`, secret }, alert, 1000)
  const says = (status: number, text: string) => (_request: unknown, response: import('node:http').ServerResponse) =>
    void response.writeHead(status).end(text)
  const refused = { kind: 'rejected', reason: 'clientError', status: 403 }
  receiver.answerWith(
    says(403, '{"status":"invalid event","message":"Event object is invalid","errors":["no key"]}'),
    says(403, `<title>${'x'.repeat(300)}</title>`),
    says(503, 'try later'),
    (request, response) =>
      response.writeHead(403).end(`Cannot POST ${request.url} by ${request.headers.authorization}`),
    (request, response) => response.writeHead(403).end(Buffer.from(JSON.stringify(request.headers)).toString('base64')),
    says(403, ''),
  )
  t.strictSame(await to('/'), { ...refused, answer: 'Event object is invalid: no key' })
  t.strictSame(await to('/'), { ...refused, answer: `${'x'.repeat(199)}…` })
  t.strictSame(await to('/'), { kind: 'retry', reason: 'serverError', status: 503, answer: 'try later' })
  t.strictSame(await to('/team/hook?key=canary', 's3cret'), { ...refused, answer: 'Cannot POST … by Bearer ***' })
  t.strictSame(await to('/hook', 's3cret'), refused)
  t.strictSame(await to('/hook'), refused)
})

t.test('sends the rule’s template and headers, as they are in force now', async (t) => {
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const receiver = await startReceiver(t)
  receiver.answerWith((_request, response) => response.writeHead(403).end('bad key zqheaderqz'))
  const own = { format: 'template', template: { n: '{count}' }, headers: { 'X-Key': 'zqheaderqz' } } as const
  const outcome = await attempt(http, { ...rule, url: receiver.url, ...own }, alert, 1000)
  t.match(outcome, { kind: 'rejected', status: 403, answer: 'bad key …' })
  t.match(receiver.received[0], {
    headers: { 'x-key': 'zqheaderqz', 'content-type': 'application/json' },
    body: { n: 3 },
  })
  await attempt(http, { ...rule, url: receiver.url, ...own, template: undefined }, alert, 1000)
  t.equal(receiver.received.length, 1, 'without a template there is nothing to send')
})
