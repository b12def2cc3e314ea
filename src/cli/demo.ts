// `logsiren demo`: shows the way from a log line to a webhook, with a receiver and two loggers on this machine.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { plural } from '../text.js'

type Print = (line: string) => void

const THRESHOLD = 5
const WINDOW_SECONDS = 10
const COOLDOWN_SECONDS = 60
const REQUEST_INTERVAL_MS = 120
/** Short, so that the demo ends soon if Redis does not answer. */
const CLOSE_TIMEOUT_MS = 2000

/** The requests of two services, whose database goes away in the middle. */
const requests: readonly (readonly [service: 'shop' | 'billing', request: string, status: number, error?: string])[] = [
  ['shop', 'GET /products', 200],
  ['billing', 'GET /invoices/7', 200],
  ['shop', 'GET /products/42', 200],
  ['shop', 'POST /cart', 201],
  ['billing', 'POST /payments', 200],
  ['shop', 'GET /missing', 404],
  ['shop', 'GET /orders?token=abc', 503, 'db timeout'],
  ['billing', 'POST /payments', 502, 'card gateway unreachable'],
  ['shop', 'GET /products', 200],
  ['shop', 'GET /orders', 503, 'db timeout'],
  ['billing', 'GET /invoices/8', 503, 'db timeout'],
  ['shop', 'POST /cart', 500, 'db timeout'],
  ['billing', 'POST /payments', 503, 'db timeout'],
  ['shop', 'GET /orders', 503, 'db timeout'],
  ['billing', 'GET /invoices/9', 200],
  ['shop', 'POST /orders', 503, 'connection pool exhausted'],
  ['billing', 'POST /payments', 503, 'db timeout'],
  ['billing', 'GET /invoices/9', 503, 'db timeout'],
]

/** The requests after the alert. They fail too, since the database stays away, but the cooldown keeps the webhook quiet. */
const aftermath = requests.filter(([, , status]) => status >= 500)

/** Runs the demo and prints what happens. With `redisUrl` the two loggers count together in Redis, else each counts for itself. */
export async function runDemo(print: Print, redisUrl: string | undefined): Promise<void> {
  const startedMs = performance.now()
  const seconds = (): string => `${((performance.now() - startedMs) / 1000).toFixed(1).padStart(4)} s`
  let webhooks = 0
  const receiver = await startReceiver((headers, body) => {
    webhooks += 1
    print(`\n${seconds()}  WEBHOOK  POST /hook  webhook-id: ${headers['webhook-id']}`)
    print(`${JSON.stringify(JSON.parse(body), null, 2).replace(/^/gm, '        ')}\n`)
  })
  const { port } = receiver.address() as AddressInfo
  try {
    await logAndCount(print, { seconds, redisUrl, url: `http://127.0.0.1:${port}/hook`, countWebhooks: () => webhooks })
  } finally {
    receiver.close()
  }
}

interface Stage {
  readonly seconds: () => string
  readonly redisUrl: string | undefined
  readonly url: string
  readonly countWebhooks: () => number
}

async function logAndCount(print: Print, { seconds, redisUrl, url, countWebhooks }: Stage): Promise<void> {
  const { pino, winston, LogsirenTransport } = await loadLoggers()
  const options = {
    url,
    threshold: THRESHOLD,
    windowSeconds: WINDOW_SECONDS,
    cooldownSeconds: COOLDOWN_SECONDS,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
    ...(redisUrl === undefined
      ? {}
      : { redis: redisUrl, configKey: `logsiren:demo:${randomBytes(6).toString('hex')}` }),
  }
  // Made first, since its constructor throws an error about bad options; pino's worker could only emit one.
  const ofWinston = new LogsirenTransport(options)
  const billing = winston.createLogger({ transports: [ofWinston] })
  const transport = pino.transport({ target: import.meta.resolve('logsiren/pino'), options })
  const shop = pino.pino({ name: 'shop' }, transport)
  for (const source of [transport, ofWinston]) {
    source.on('warning', ({ message }: { message: string }) => print(`\n${seconds()}  WARNING  ${message}\n`))
  }

  print(`Two services log: shop with Pino (in its worker thread), billing with Winston.`)
  print(`Rule: ${THRESHOLD} errors within ${WINDOW_SECONDS} s call the webhook, then ${COOLDOWN_SECONDS} s of quiet.`)
  print(
    redisUrl === undefined
      ? 'REDIS_URL is not set: each service counts its own errors, so each may alert once.\n'
      : 'REDIS_URL is set: the services count together in Redis, so they alert once.\n',
  )
  const log = ([service, request, status, error]: (typeof requests)[number]): void => {
    print(
      `${seconds()}  ${service.padEnd(8)} ${status} ${request.replace(/\?.*/, '')}${error === undefined ? '' : `  ${error}`}`,
    )
    const [method, path] = request.split(' ')
    const line = {
      req: { method, url: path, remoteAddress: '203.0.113.9' },
      res: { statusCode: status },
      responseTime: 12,
    }
    if (service === 'shop')
      shop.info(error === undefined ? line : { ...line, err: new Error(error) }, 'request completed')
    else billing.info('request completed', error === undefined ? line : { ...line, err: new Error(error) })
  }
  for (const request of requests) {
    log(request)
    await delay(REQUEST_INTERVAL_MS)
  }
  const everythingSent = (): Promise<unknown> =>
    Promise.all([new Promise<void>((resolve) => shop.flush(() => resolve())), ofWinston.flush()])
  await everythingSent()
  const sentBefore = countWebhooks()
  print(`\nThe database is still away, but nobody is called again:\n`)
  for (const request of aftermath) {
    log(request)
    await delay(REQUEST_INTERVAL_MS / 2)
  }
  await everythingSent()
  billing.end()
  transport.end()
  await once(transport, 'close')
  const webhooks = countWebhooks()
  if (webhooks === 0) throw new Error('no webhook came; the warnings above say why')
  const errors = requests.filter(([, , status]) => status >= 500).length + aftermath.length
  print(`\n${errors} errors, ${webhooks} ${plural(webhooks, 'webhook')}, ${webhooks - sentBefore} during the cooldown.`)
}

async function loadLoggers() {
  try {
    const [pino, { default: winston }, { LogsirenTransport }] = await Promise.all([
      import('pino'),
      import('winston'),
      import('../winston.js'),
    ])
    return { pino, winston, LogsirenTransport }
  } catch (cause) {
    throw new Error('the demo needs pino and winston: npm install pino winston', { cause })
  }
}

async function startReceiver(onWebhook: (headers: IncomingHttpHeaders, body: string) => void): Promise<Server> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      response.writeHead(204).end()
      onWebhook(request.headers, body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
