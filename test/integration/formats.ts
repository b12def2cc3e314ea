// Alerts in the formats of receivers, from a log line to the body that a real HTTP server gets, at the receivers' own hosts.
import { hostname } from 'node:os'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { createEvaluator, createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { startConnectProxy } from '../fixtures/connect-proxy.js'
import { eventually } from '../fixtures/eventually.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)

/** A receiver that every host leads to, by this proxy. */
async function startHosts(t: Test): Promise<{ receiver: Receiver; proxy: string; at: (place: string) => string }> {
  const [receiver, { url: proxy }] = await Promise.all([startReceiver(t), startConnectProxy(t)])
  const { port } = new URL(receiver.origin)
  return { receiver, proxy, at: (place) => `http://${place.replace('/', `:${port}/`)}` }
}

t.test('the host tells which body to send, from every way in', async (t) => {
  const { receiver, proxy, at } = await startHosts(t)
  const options = { url: at('hooks.slack.com/services/T0/B0/x'), proxy, threshold: 1 }
  const program = `
    import pino from 'pino'
    import winston from 'winston'
    import { LogsirenTransport } from 'logsiren/winston'
    const options = ${JSON.stringify(options)}
    pino(pino.transport({ target: 'logsiren/pino', options })).error(new Error('db <timeout>'))
    for (const worker of [false, true]) {
      const transport = new LogsirenTransport({ ...options, worker })
      winston.createLogger({ transports: [transport] }).error(new Error('db <timeout>'))
      await transport.flush()
      transport.end()
    }`
  t.match(await run(program), { code: 0, stdout: '', stderr: '' })
  t.equal(receiver.received.length, 3)
  for (const { path, headers, body } of receiver.received) {
    t.equal(path, '/services/T0/B0/x')
    t.match(headers, { 'content-type': 'application/json', 'webhook-id': /./ })
    t.match(body, { text: /^🚨 db &lt;timeout&gt; – 1 error in 60 s$/m, blocks: Array })
    t.match(body.blocks[0].text.text, '🚨 db &lt;timeout&gt;')
  }
})

t.test('it is guessed anew when the config in Redis names another url, and a format there comes first', async (t) => {
  const { receiver, proxy, at } = await startHosts(t)
  const configKey = redis.newConfigKey()
  const options = { url: at('hooks.slack.com/services/T0/B0/x'), proxy, redis: redis.url, configKey, threshold: 1 }
  const evaluator = createEvaluator({ ...options, groupBy: 'model' })
  t.teardown(() => evaluator.close())
  let model = 0
  const raise = async (document?: object) => {
    if (document !== undefined) await redis.client.set(configKey, JSON.stringify({ enabled: true, ...document }))
    model += 1
    evaluator.observe({ statusCode: 503, model: `m${model}` })
    await evaluator.flush()
    // A flush does not wait for longer than close() would.
    return eventually(() => receiver.received[model - 1])
  }
  t.match(await raise(), { body: { blocks: Array } })
  const discord = at('discord.com/api/webhooks/1/x')
  t.match(await raise({ url: discord }), { path: '/api/webhooks/1/x?wait=true', body: { embeds: Array } })
  t.match(await raise({ url: `${discord}/slack` }), { path: '/api/webhooks/1/x/slack', body: { blocks: Array } })
  t.match(await raise({ url: discord, format: 'json' }), { path: '/api/webhooks/1/x', body: { rule: 'default' } })
  const event = {
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
    body: { specversion: '1.0' },
  }
  t.match(await raise({ url: at('a.test/hook'), format: 'cloudevents' }), event)
  t.equal(receiver.received.length, 5)
})

t.test('PagerDuty: an alert, its repeat and its end are one incident', async (t) => {
  const { receiver, proxy, at } = await startHosts(t)
  receiver.answerWith(202)
  const clock = fakeClock()
  const url = at('events.pagerduty.com/v2/enqueue')
  const options = {
    url,
    proxy,
    secret: 'routing-key',
    threshold: 2,
    cooldownSeconds: 30,
    sendResolved: true,
    groupBy: 'model',
  }
  const evaluator = createLineEvaluator(options, { clock })
  const next = (name: 'delivered' | 'resolved') => new Promise((resolve) => evaluator.on(name, resolve))
  const fail = async (count: number): Promise<void> => {
    const delivered = next('delivered')
    for (let i = 0; i < count; i += 1) evaluator.observe({ statusCode: 503, errorMessage: 'db timeout', model: 'm' })
    await clock.advance(1000)
    await delivered
  }
  await fail(2)
  await clock.advance(31_000)
  await fail(2)
  const resolved = next('resolved')
  await clock.advance(120_000)
  await resolved
  // Without Redis it is the host that names the fleet.
  const dedup_key = `logsiren/${hostname()}/default/[["model","m"]]`
  t.match(
    receiver.received.map(({ body }) => body),
    [
      {
        event_action: 'trigger',
        dedup_key,
        payload: { severity: 'critical', summary: /^db timeout \(503\) – 2 errors in 60 s – model=m$/ },
      },
      { event_action: 'trigger', dedup_key, payload: { custom_details: { group_by: { model: 'm' } } } },
      { routing_key: 'routing-key', event_action: 'resolve', dedup_key },
    ],
  )
  for (const { headers } of receiver.received)
    t.notMatch(JSON.stringify(headers), /routing-key|authorization|signature/)
  t.match(evaluator.stats(), { delivered: 2, resolved: 1, failed: 0 })
  void evaluator.close()
})

t.test(
  'PagerDuty without its key is refused in words, and told once the key is there; the key is nowhere else',
  async (t) => {
    const { receiver, proxy, at } = await startHosts(t)
    const url = at('events.eu.pagerduty.com/v2/enqueue')
    t.throws(() => createEvaluator({ url, proxy }), { code: 'ERR_LOGSIREN_CONFIG', problems: [{ path: 'secret' }] })
    const configKey = redis.newConfigKey()
    const options: LogsirenOptions = {
      url: at('a.test/hook'),
      secret: 'other',
      redis: redis.url,
      configKey,
      proxy,
      threshold: 1,
    }
    await redis.client.set(configKey, JSON.stringify({ enabled: true, url }))
    const evaluator = createEvaluator(options)
    t.teardown(() => evaluator.close())
    const told: unknown[] = []
    for (const name of ['alert', 'delivered', 'warning'] as const)
      evaluator.on(name, (event: unknown) => told.push(event))
    evaluator.observe({ statusCode: 503 })
    await evaluator.flush()
    t.equal(receiver.received.length, 0)
    t.match(told.at(-1), {
      code: 'DELIVERY_FAILED',
      message: /could not be delivered to events\.eu\.pagerduty\.com:\d+ \(noSecret\); /,
    })
    await redis.client.set(configKey, JSON.stringify({ enabled: true, url, secret: 'zqRoutingqz' }))
    evaluator.observe({ statusCode: 503 })
    await evaluator.flush()
    await receiver.has(1)
    await evaluator.flush()
    t.match(receiver.received[0]?.body, { routing_key: 'zqRoutingqz' })
    const keys = (await redis.client.keys(`*${configKey}*`)).filter((key) => key !== configKey)
    t.ok(keys.length > 0)
    const kept = await Promise.all(keys.map(async (key) => (await redis.client.dumpBuffer(key))?.toString('latin1')))
    const hashes = await Promise.all(keys.map((key) => redis.client.hgetall(key).catch(() => ({}))))
    t.notMatch(`${kept.join()}${inspect([told, hashes, evaluator.stats()], { depth: 9 })}`, /Routing/)
  },
)
