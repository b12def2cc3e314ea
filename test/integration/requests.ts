// One request, one error, one account of it: what real frameworks log of a request in several lines, and what is told of it.
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import pino from 'pino'
import { pinoHttp } from 'pino-http'
import t, { type Test } from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import logsirenPino, { type LogsirenPinoStream } from '../../src/pino.js'
import { eventually } from '../fixtures/eventually.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedisServer } from '../fixtures/redis.js'

// express has no types of its own.
const express = createRequire(import.meta.url)('express')

async function ask(server: Server, paths: readonly string[]): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const path of paths) {
    const [response] = (await once(
      get(`http://127.0.0.1:${port}${path}?key=canary`, { agent: false }),
      'response',
    )) as [IncomingMessage]
    await once(response.resume(), 'end')
  }
  server.close()
  await once(server, 'close')
}

async function open(
  t: Test,
  options: LogsirenOptions,
): Promise<{ readonly receiver: Receiver; readonly stream: LogsirenPinoStream; readonly logger: pino.Logger }> {
  const receiver = await startReceiver(t)
  const stream = await logsirenPino({ url: receiver.url, ...options })
  t.teardown(async () => {
    stream.end()
    await once(stream, 'close')
  })
  return { receiver, stream, logger: pino({}, stream) }
}

/** Handlers that throw, whose errors are logged by `req.log`, before pino-http logs that the request has ended. */
function failingApp(logger: pino.Logger): RequestListener {
  const app = express()
  app.use(pinoHttp({ logger }))
  app.get('/throw', () => {
    throw new Error('db timeout')
  })
  app.get('/down', (_request: unknown, response: { sendStatus(status: number): void }) => response.sendStatus(503))
  app.use((err: Error, request: { log: pino.Logger }, response: { sendStatus(status: number): void }, _: unknown) => {
    request.log.error({ err }, 'handler failed')
    response.sendStatus(500)
  })
  return app
}

const paths = ['/throw', '/throw', '/down', '/throw', '/throw']

t.test('samples and top lists have the error of one line and the status of the other', async (t) => {
  const { receiver, stream, logger } = await open(t, { threshold: 5 })
  await ask(createServer(failingApp(logger)), paths)
  await stream.flush()
  t.match(receiver.received, [
    {
      body: {
        count: 5,
        sample: { status_code: 500, error_message: 'db timeout' },
        samples: [
          { count: 4, status_code: 500, error_message: 'db timeout' },
          { count: 1, status_code: 503, error_message: 'failed with status code 503' },
        ],
        top: {
          status: [
            { value: 500, count: 4 },
            { value: 503, count: 1 },
          ],
        },
      },
    },
  ])
  t.notMatch(JSON.stringify(receiver.received), 'canary')
})

t.test('so have groups by status, and rules for one', async (t) => {
  for (const options of [
    { threshold: 4, groupBy: 'statusCode' },
    { rules: [{ name: 'five', threshold: 5, match: { statusCode: { gte: 500 } } }] },
  ]) {
    const { receiver, stream, logger } = await open(t, options)
    await ask(createServer(failingApp(logger)), paths)
    await stream.flush()
    t.match(receiver.received, [{ body: { samples: [{ count: 4, status_code: 500, error_message: 'db timeout' }] } }])
    t.match(stream.stats(), { errors: 5, duplicates: 4, alerts: 1 })
  }
})

t.test('a status alone stands beside what was asked for', async (t) => {
  const asked = Array.from({ length: 5 }, () => '/orders')
  const serve = async (logger: pino.Logger): Promise<void> => {
    const app = Fastify({ loggerInstance: logger as never })
    app.get('/orders', (_request, reply) => reply.code(503).send())
    await app.ready()
    await ask(app.server, asked)
  }
  const told = { body: { text: /503 GET \/orders – 5 errors/ } }
  const { receiver, stream, logger } = await open(t, { threshold: 5, format: 'slack' })
  await serve(logger)
  await stream.flush()
  t.match(receiver.received, [told])
  t.match(JSON.stringify(receiver.received), '5 × /orders')
  t.notMatch(JSON.stringify(receiver.received), 'canary')
})

t.test('the trace is that of the request, whichever of its lines names it', async (t) => {
  const { receiver, stream, logger } = await open(t, { threshold: 5, redact: ['span_id'] })
  let requests = 0
  const app = express()
  app.use(pinoHttp({ logger }))
  app.use((request: { log: pino.Logger }, _response: unknown, next: () => void) => {
    requests += 1
    // Only what the handler itself logs has them, as where the span ends before the response does.
    request.log = request.log.child({ trace_id: `${requests}af7651916cd43dd8448eb211c80319c`, span_id: 'canary' })
    next()
  })
  app.get('/throw', (request: { log: pino.Logger }, response: { sendStatus(status: number): void }) => {
    request.log.error({ err: new Error(requests === 2 ? 'disk full' : 'db timeout') }, 'handler failed')
    response.sendStatus(500)
  })
  await ask(createServer(app), Array(5).fill('/throw'))
  await stream.flush()
  t.match(receiver.received, [
    {
      body: {
        sample_trace_id: '5af7651916cd43dd8448eb211c80319c',
        samples: [
          { count: 4, trace_id: '5af7651916cd43dd8448eb211c80319c' },
          { count: 1, error_message: 'disk full', trace_id: '2af7651916cd43dd8448eb211c80319c' },
        ],
      },
    },
  ])
  t.notMatch(JSON.stringify(receiver.received), 'canary')
})

t.test('what waits for its status is counted by a flush, and by a close', async (t) => {
  const receiver = await startReceiver(t)
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 2, groupBy: 'statusCode' })
  const thrown = (requestId: string): void =>
    evaluator.observeLine({ members: { level: 'error', message: 'db timeout', requestId }, level: 'error' })
  thrown('a')
  t.equal(evaluator.stats().errors, 0)
  await evaluator.flush()
  t.equal(evaluator.stats().errors, 1)
  thrown('b')
  await evaluator.close()
  t.match(receiver.received, [{ body: { group_by: { status_code: 0 }, count: 2 } }])
  t.match(evaluator.stats(), { errors: 2, dropped: 0, delivered: 1 })
})

for (const { name, isBack, told } of [
  { name: 'by this process alone, while Redis is gone', isBack: false, told: { degraded: true } },
  { name: 'by the fleet, when Redis is back', isBack: true, told: { degraded: undefined } },
]) {
  t.test(`what waits for its status while Redis is killed is told once, ${name}`, async (t) => {
    const [server, receiver] = await Promise.all([startRedisServer(t), startReceiver(t)])
    const evaluator = createLineEvaluator({
      url: receiver.url,
      threshold: 2,
      groupBy: 'statusCode',
      redis: server.url,
      onRedisDown: isBack ? 'hold' : 'local',
    })
    t.teardown(() => evaluator.close())
    await evaluator.flush()
    const log = (requestId: string, level: string, members: object): void =>
      evaluator.observeLine({ members: { level, requestId, ...members }, level })
    for (const id of ['a', 'b']) log(id, 'error', { message: 'db timeout' })
    await server.kill()
    for (const id of ['a', 'b']) log(id, 'info', { res: { statusCode: 503 }, responseTime: 1 })
    if (isBack) {
      await eventually(() => evaluator.stats().storeFailures > 0)
      await server.start()
      await eventually(() => evaluator.stats().delivered === 1)
    }
    await evaluator.close()
    const sample = { status_code: 503, error_message: 'db timeout' }
    t.match(receiver.received, [
      { body: { count: 2, group_by: { status_code: 503 }, samples: [{ count: 2, ...sample }], ...told } },
    ])
    t.match(evaluator.stats(), { errors: 2, duplicates: 2, delivered: 1 })
  })
}
