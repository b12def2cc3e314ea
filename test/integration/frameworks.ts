// Real frameworks with their real loggers, in-process: what they log for the same four requests, and what is told of it.
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import expressWinston from 'express-winston'
import Fastify from 'fastify'
import pino from 'pino'
import { pinoHttp } from 'pino-http'
import t, { type Test } from 'tap'
import winston from 'winston'
import type { LogsirenOptions } from '../../src/config/options.js'
import logsirenPino, { type LogsirenPinoStream } from '../../src/pino.js'
import LogsirenTransport from '../../src/winston.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'

// express has no types of its own.
const express = createRequire(import.meta.url)('express')

const PATHS = ['/ok', '/missing', '/boom', '/down']
const FORWARDED_FOR = '203.0.113.77'
const secrets = /s3cret-canary|query-canary|203\.0\.113\.77|authorization|node_modules/i

/** What handlers throw: an error whose message and properties hold what must not get out. */
const failure = (url: string): Error =>
  Object.assign(new Error(`db timeout at ${url}`), { config: { headers: { authorization: 'Bearer s3cret-canary' } } })

/** Sends the four requests, one after the other, each on a connection of its own. */
async function request(origin: string): Promise<number[]> {
  const statuses: number[] = []
  for (const path of PATHS) {
    const headers = {
      authorization: 'Bearer s3cret-canary',
      'x-forwarded-for': FORWARDED_FOR,
      cookie: 'sid=s3cret-canary',
    }
    const sent = get(`${origin}${path}?token=query-canary`, { agent: false, headers })
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    await once(response.resume(), 'end')
    statuses.push(response.statusCode ?? 0)
  }
  return statuses
}

/** Serves until the four requests are answered and everything about them is logged. */
async function serve(server: Server): Promise<number[]> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const statuses = await request(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  server.close()
  await once(server, 'close')
  return statuses
}

async function openStream(t: Test, options: LogsirenOptions): Promise<LogsirenPinoStream> {
  const stream = await logsirenPino(options)
  t.teardown(async () => {
    stream.end()
    await once(stream, 'close')
  })
  return stream
}

/** Every line as it was written, for a look at what the frameworks really log. */
function tee(stream: LogsirenPinoStream, lines: string[]): pino.DestinationStream {
  const write = (line: string): void => {
    lines.push(line)
    stream.write(line)
  }
  return Object.assign(Object.create(stream), { write })
}

const bare: RequestListener = (request, response) => {
  const url = request.url ?? ''
  if (url.startsWith('/boom')) {
    response.statusCode = 500
    // How pino-http is told of an error.
    Object.assign(response, { err: failure(url) })
  } else if (url.startsWith('/down')) response.statusCode = 503
  else if (!url.startsWith('/ok')) response.statusCode = 404
  response.end()
}

function assertTold(t: Test, receiver: Receiver, sample: object): void {
  t.equal(receiver.received.length, 1)
  t.hasStrict(receiver.received[0]?.body?.sample, sample)
  t.notMatch(receiver.received[0]?.text, secrets)
}

await t.test('pino-http', async (t) => {
  const receiver = await startReceiver(t)
  const lines: string[] = []
  const stream = await openStream(t, { url: receiver.url, threshold: 2 })
  const log = pinoHttp({ logger: pino(tee(stream, lines)) })
  const server = createServer((request, response) => {
    log(request, response)
    bare(request, response)
  })
  t.strictSame(await serve(server), [200, 404, 500, 503])
  await stream.flush()
  t.hasStrict(stream.stats(), { observed: 4, skipped: 0, errors: 2, duplicates: 0, alerts: 1, delivered: 1 })
  t.match(lines.join(''), /s3cret-canary.*query-canary/s, 'the lines themselves hold what must not get out')
  assertTold(t, receiver, { status_code: 503, error_message: 'failed with status code 503', client_ip: '127.0.0.1' })
})

await t.test('pino-http, whose handler logs the error itself', async (t) => {
  const receiver = await startReceiver(t)
  const stream = await openStream(t, { url: receiver.url, threshold: 2 })
  const log = pinoHttp({ logger: pino(stream) })
  const server = createServer((request, response) => {
    log(request, response)
    const url = request.url ?? ''
    if (!url.startsWith('/ok') && !url.startsWith('/missing')) request.log.error(failure(url))
    bare(request, response)
  })
  await serve(server)
  await stream.flush()
  t.hasStrict(stream.stats(), { observed: 6, errors: 2, duplicates: 2, delivered: 1 })
  assertTold(t, receiver, { error_message: 'db timeout at /down', client_ip: '127.0.0.1' })
})

await t.test('pino-http on a logger that renames everything', async (t) => {
  const receiver = await startReceiver(t)
  const lines: string[] = []
  const stream = await openStream(t, { url: receiver.url, threshold: 2 })
  const logger = pino(
    {
      messageKey: 'text',
      errorKey: 'failure',
      customLevels: { audit: 35, oops: 55 },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      base: null,
    },
    tee(stream, lines),
  )
  const log = pinoHttp({ logger, customAttributeKeys: { err: 'failure' } })
  const server = createServer((request, response) => {
    log(request, response)
    bare(request, response)
  })
  await serve(server)
  await stream.flush()
  t.match(lines[2], /"level":"info","time":"2.*Z".*"failure":\{.*"text":"request errored"/)
  t.hasStrict(stream.stats(), { observed: 4, skipped: 0, errors: 2, delivered: 1 })
  assertTold(t, receiver, { status_code: 503, error_message: 'failed with status code 503' })
  logger.audit('nothing happened')
  logger.oops('disk full')
  logger.warn(failure('/job?token=query-canary'))
  logger.info({ failure: failure('/job') }, 'tried again')
  logger.error('db down')
  await stream.flush()
  t.equal(stream.stats().errors, 5, 'a level above error, an attached error at warn, and error')
})

await t.test('pino with nestedKey', async (t) => {
  const receiver = await startReceiver(t)
  const stream = await openStream(t, { url: receiver.url, threshold: 3, nestedKey: 'payload' })
  const logger = pino({ nestedKey: 'payload' }, stream)
  logger.info(
    { res: { statusCode: 503 }, req: { url: '/a?token=query-canary', headers: { cookie: 's3cret-canary' } } },
    'x',
  )
  logger.warn({ err: pino.stdSerializers.err(failure('/a?token=query-canary')) }, 'x')
  logger.error('db down')
  logger.info({ res: { statusCode: 404 } }, 'x')
  await stream.flush()
  t.hasStrict(stream.stats(), { observed: 4, skipped: 0, errors: 3, delivered: 1 })
  assertTold(t, receiver, { error_message: 'db down' })
})

await t.test('Fastify', async (t) => {
  const receiver = await startReceiver(t)
  const lines: string[] = []
  const stream = await openStream(t, { url: receiver.url, threshold: 2 })
  const app = Fastify({ loggerInstance: pino(tee(stream, lines)) })
  app.get('/ok', async () => 'ok')
  app.get('/boom', async (request) => {
    throw failure(request.url)
  })
  app.get('/down', (_request, reply) => reply.code(503).send('down'))
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  t.strictSame(await request(origin), [200, 404, 500, 503])
  await app.close()
  await stream.flush()
  t.hasStrict(stream.stats(), { skipped: 0, errors: 2, duplicates: 1, alerts: 1, delivered: 1 })
  t.match(lines.join(''), /query-canary/, 'the lines themselves hold what must not get out')
  assertTold(t, receiver, { status_code: 503, error_message: '', client_ip: '' })
})

await t.test("Fastify's error line and its last line make one sample", async (t) => {
  const receiver = await startReceiver(t)
  const stream = await openStream(t, { url: receiver.url, threshold: 1, statusCodeThreshold: 504 })
  const app = Fastify({ loggerInstance: pino(stream), trustProxy: false })
  app.get('/boom', async (request) => {
    throw failure(request.url)
  })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  await request(origin)
  await app.close()
  await stream.flush()
  t.hasStrict(stream.stats(), { errors: 1, duplicates: 0 })
  assertTold(t, receiver, { status_code: 500, error_message: 'db timeout at /boom', client_ip: '127.0.0.1' })
})

function expressApp(transport: LogsirenTransport, dynamicMeta?: (request: { id: string }) => object): RequestListener {
  const winstonInstance = winston.createLogger({ transports: [transport] })
  // express-winston writes its defaults into the options, so each middleware gets its own.
  // Its types want express's, which are not here.
  const options = (): never => ({ winstonInstance, ...(dynamicMeta === undefined ? {} : { dynamicMeta }) }) as never
  const app = express()
  let requests = 0
  app.use((request: { id: string }, _response: unknown, next: () => void) => {
    requests += 1
    request.id = `r-${requests}`
    next()
  })
  app.use(expressWinston.logger(options()))
  app.get('/ok', (_request: unknown, response: { send(text: string): void }) => response.send('ok'))
  app.get('/boom', (request: { url: string }) => {
    throw failure(request.url)
  })
  app.get('/down', (_request: unknown, response: { sendStatus(code: number): void }) => response.sendStatus(503))
  app.use(expressWinston.errorLogger(options()))
  // Ends the request as express would, without writing the stack to stderr.
  app.use((_error: unknown, _request: unknown, response: { sendStatus(code: number): void }, _next: unknown) =>
    response.sendStatus(500),
  )
  return app
}

function openTransport(t: Test, options: LogsirenOptions): LogsirenTransport {
  const transport = new LogsirenTransport(options)
  t.teardown(async () => {
    transport.end()
    await once(transport, 'finish')
  })
  return transport
}

await t.test(
  'express-winston, whose lines have no id: the error line and the request line count one by one',
  async (t) => {
    const receiver = await startReceiver(t)
    const transport = openTransport(t, { url: receiver.url, threshold: 3 })
    t.strictSame(await serve(createServer(expressApp(transport))), [200, 404, 500, 503])
    await transport.flush()
    t.hasStrict(transport.stats(), { observed: 5, skipped: 0, errors: 3, alerts: 1, delivered: 1 })
    assertTold(t, receiver, { status_code: 503 })
  },
)

await t.test('express-winston with an id in its meta: a request counts once', async (t) => {
  const receiver = await startReceiver(t)
  const transport = openTransport(t, { url: receiver.url, threshold: 2 })
  await serve(createServer(expressApp(transport, ({ id }) => ({ requestId: id }))))
  await transport.flush()
  t.hasStrict(transport.stats(), { observed: 5, errors: 2, duplicates: 1, delivered: 1 })
})

await t.test("express-winston's error line tells the message of what was thrown", async (t) => {
  const receiver = await startReceiver(t)
  const transport = openTransport(t, { url: receiver.url, threshold: 1, statusCodeThreshold: 599 })
  await serve(createServer(expressApp(transport)))
  await transport.flush()
  t.hasStrict(transport.stats(), { errors: 1, delivered: 1 })
  assertTold(t, receiver, { error_message: 'db timeout at /boom' })
})
