// The whole system with a recognisable word in every place that may hold a secret, while everything fails in turn: each is
// found where it belongs, and nowhere else.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { type ConfigStoreOptions, createConfigStore, type GivenConfig } from '../../src/control/config-store.js'
import { createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { certificate } from '../fixtures/certificates.js'
import { startConnectProxy } from '../fixtures/connect-proxy.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startProxy } from '../fixtures/proxy.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedisServer } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

/** Every word, and the places where it belongs. */
const table: Readonly<Record<string, readonly string[]>> = {
  // Of the options. What signs is sent nowhere.
  Bearer: ['home authorization'],
  Whsec: [],
  Header: ['home headers'],
  // PagerDuty's is part of the body.
  Routing: ['home body'],
  Path: ['home path'],
  HookQuery: ['home path'],
  Beat: ['home path'],
  RedisPass: [],
  RedisUser: [],
  WrongPass: [],
  ProxyUser: ['proxy'],
  ProxyPass: ['proxy'],
  BadOption: [],
  // Of the config document. One that is not valid is used nowhere.
  DocSecret: ['away authorization'],
  DocHeader: ['away headers'],
  // Operators see the url whole.
  DocPath: ['admin', 'away path'],
  BadDoc: [],
  StoredSecret: ['store'],
  StoredHeader: ['store'],
  Env: [],
  // Of lines: only what stands outside of headers, cookies, query strings, params and bodies, and is not redacted.
  ReqAuth: [],
  ReqHeader: [],
  ReqCookie: [],
  Cookies: [],
  Query: [],
  UrlQuery: [],
  OriginalUrl: [],
  MessageQuery: [],
  ErrorQuery: [],
  Params: [],
  ReqBody: [],
  ResHeader: [],
  ResBody: [],
  ErrHeader: [],
  RedactedTop: [],
  RedactedKey: [],
  RedactedPin: [],
  RedactedDetail: [],
  RedactedAddress: [],
  RedactedError: [],
  // They show that all of these places are looked at.
  Shown: ['admin', 'away body', 'event', 'home body', 'redis'],
  // What receivers say of a failure is told, without what they send back of the request.
  Answer: ['admin', 'event', 'redis'],
  // Of the admin endpoint.
  Token: [],
}

const word = (name: string): string => {
  if (!Object.hasOwn(table, name)) throw new Error(`${name} is not in the table`)
  return `zq${name}qz`
}

const seen = new Map<string, Set<string>>()
const examples = new Map<string, string>()

function look(place: string, text: string): void {
  for (const [, name = ''] of text.matchAll(/zq([A-Za-z]+)qz/g)) {
    seen.set(name, (seen.get(name) ?? new Set()).add(place))
    examples.set(`${name} in ${place}`, text.slice(0, 600))
  }
}

const lookAtError = (error: unknown): void => look('error', inspect(error, { depth: 9, showHidden: true }))

function lookAtReceiver(name: string, { received }: Receiver): void {
  for (const { path, headers, text } of received) {
    const { authorization = '', ...others } = headers
    look(`${name} path`, path)
    look(`${name} authorization`, authorization)
    look(`${name} headers`, JSON.stringify(others))
    look(`${name} body`, text)
  }
}

/** Everything that a server keeps, but for what the config keys hold. */
async function lookAtRedis(client: Redis, configKeys: ReadonlySet<string>): Promise<void> {
  for (const key of await client.keys('*')) {
    look('redis', key)
    if (configKeys.has(key)) continue
    const [kind, dump] = await Promise.all([client.type(key), client.dumpBuffer(key)])
    look('redis', dump?.toString('latin1') ?? '')
    // A dump may be compressed.
    if (kind === 'string') look('redis', (await client.getBuffer(key))?.toString('latin1') ?? '')
    if (kind === 'hash') look('redis', JSON.stringify(await client.hgetall(key)))
    if (kind === 'zset') look('redis', JSON.stringify(await client.zrange(key, '0', '-1')))
    if (kind === 'list') look('redis', JSON.stringify(await client.lrange(key, 0, -1)))
    if (kind === 'set') look('redis', JSON.stringify(await client.smembers(key)))
  }
}

const redact = ['card', 'tenant.key', 'users.*.pin', 'err.detail', 'req.remoteAddress', 'failure', 'meta.card']

/** What applications log; in each logger the same. */
const lines = `
  const failure = () => Object.assign(
    new Error('GET https://db.test/pay?token=${word('ErrorQuery')} failed', { cause: new Error('down') }),
    { detail: '${word('RedactedDetail')}', headers: { authorization: '${word('ErrHeader')}' } })
  const line = () => ({
    err: failure(),
    req: {
      id: 'r' + Math.random(), method: 'POST', url: '/pay/1?card=${word('UrlQuery')}', originalUrl: '/pay/1?card=${word('OriginalUrl')}',
      headers: { authorization: 'Bearer ${word('ReqAuth')}', cookie: 'sid=${word('ReqCookie')}', 'x-key': '${word('ReqHeader')}' },
      cookies: { sid: '${word('Cookies')}' }, query: { token: '${word('Query')}' }, params: { token: '${word('Params')}' },
      body: { password: '${word('ReqBody')}' }, remoteAddress: '${word('RedactedAddress')}', remotePort: 4711,
    },
    res: { statusCode: 500, headers: { 'set-cookie': 'sid=${word('ResHeader')}' }, body: '${word('ResBody')}' },
    card: '${word('RedactedTop')}', meta: { card: '${word('RedactedTop')}' },
    tenant: { key: '${word('RedactedKey')}', id: '${word('Shown')}' },
    users: [{ pin: '${word('RedactedPin')}' }],
  })
  const text = 'request failed: /pay?token=${word('MessageQuery')}'
  const redacted = () => new Error('${word('RedactedError')}')
`

/** Sends all that one way in tells of each scenario to this process. */
const begin = `
  import { setTimeout as sleep } from 'node:timers/promises'
  import { inspect } from 'node:util'
  // pino itself listens once for each of its transports.
  process.setMaxListeners(0)
  import pino from 'pino'
  import winston from 'winston'
  import { createEvaluator } from 'logsiren'
  import logsirenPino from 'logsiren/pino'
  import { LogsirenTransport } from 'logsiren/winston'
  ${lines}
  const tell = (place, text) => process.send({ place, text })
  // Scenarios that tell when their errors have stopped, and have not.
  let unended = 0
  let over
  const isOver = new Promise((resolve) => { over = resolve })
  // pino forgets a transport that nothing refers to, and then it never closes.
  const kept = []
  const listen = (emitter) => {
    kept.push(emitter)
    for (const name of ['alert', 'delivered', 'resolved', 'warning', 'warn', 'error'])
      emitter.on(name, (event) => tell(name === 'error' ? 'error' : 'event', inspect(event, { depth: 9 })))
    emitter.on('resolved', () => { unended -= 1; if (unended === 0) over() })
  }
  const closed = (stream) => new Promise((resolve) => stream.once('close', resolve))
  const ways = {
    async pino(options) {
      const stream = pino.transport({ target: 'logsiren/pino', options })
      listen(stream)
      const isClosed = closed(stream)
      const logger = pino(stream)
      logger.error(line(), text)
      if (options.redact.includes('err')) logger.error(redacted())
      // pino never calls back where the worker cannot start.
      await Promise.race([new Promise((resolve) => logger.flush(resolve)), isClosed])
      return () => { stream.end(); return isClosed }
    },
    async pinoInProcess(options) {
      const stream = await logsirenPino(options)
      listen(stream)
      const logger = pino(stream)
      logger.error(line(), text)
      if (options.redact.includes('err')) logger.error(redacted())
      await stream.flush()
      tell('stats', inspect(stream.stats()))
      tell('object', inspect(stream, { depth: 9, showHidden: true }))
      return () => { stream.end(); return closed(stream) }
    },
    async winston(options) {
      const transport = new LogsirenTransport(options)
      listen(transport)
      const logger = winston.createLogger({ transports: [transport] })
      listen(logger)
      logger.error(text, line())
      winston.createLogger({ format: winston.format.metadata(), transports: [transport] }).error(text, line())
      if (options.redact.includes('err')) { logger.error(redacted()); logger.error({ message: redacted() }); logger.error('request failed', redacted()) }
      await transport.flush()
      tell('stats', inspect(transport.stats()))
      tell('object', inspect(transport, { depth: 4 }))
      return () => { logger.end(); return new Promise((resolve) => transport.once('finish', resolve)) }
    },
    winstonWorker: (options) => ways.winston({ ...options, worker: true }),
    async evaluator(options) {
      const evaluator = createEvaluator(options)
      listen(evaluator)
      evaluator.observe({ statusCode: 500, errorMessage: '${word('Shown')}' })
      await evaluator.flush()
      tell('stats', inspect(evaluator.stats()))
      tell('object', inspect(evaluator, { depth: 4 }))
      return () => evaluator.close()
    },
  }
  const attempt = async (way, options) => {
    if (options.sendResolved) unended += 1
    try {
      const close = await ways[way](options)
      // An idle batch finds it within twelve seconds, however long a busy machine takes for the rest; nothing else keeps the process.
      if (options.sendResolved) await Promise.race([isOver, sleep(30_000, undefined, { ref: false })])
      await close()
    } catch (error) {
      tell('error', inspect(error, { depth: 9, showHidden: true }) + error.stack + JSON.stringify(error))
    }
  }
`

/** One way in, through all of these options. */
async function runWay(way: string, scenarios: readonly object[]): Promise<{ code: number | null; stderr: string }> {
  const onStart = (child: ChildProcess): void =>
    void child.on('message', ({ place, text }: { place: string; text: string }) => look(place, text))
  // Nothing of pino's holds a process that waits for its transport to close.
  const program = `${begin}
    const waiting = setInterval(() => {}, 1000)
    await Promise.all(${JSON.stringify(scenarios)}.map((options) => attempt('${way}', options)))
    clearInterval(waiting)
    process.disconnect()`
  const env = {
    SECRET_TOKEN: word('Env'),
    HTTPS_PROXY: `ftp://${word('Env')}@127.0.0.1:1`,
    REDIS_PASSWORD: word('Env'),
  }
  const { code, stdout, stderr } = await run(program, { env, onStart })
  look('output', stdout + stderr)
  return { code, stderr: stdout + stderr }
}

/** An alert that a receiver refuses for a day, which tries it each half hour. */
async function giveUp(url: string): Promise<void> {
  const clock = fakeClock()
  const evaluator = createLineEvaluator({ url, secret: word('Bearer'), threshold: 1, cooldownSeconds: 1 }, { clock })
  const codes: string[] = []
  evaluator.on('warning', (warning) => {
    codes.push(warning.code)
    look('event', inspect(warning))
  })
  const observe = async (): Promise<void> => {
    evaluator.observe({ statusCode: 500 })
    await evaluator.flush()
  }
  await observe()
  await clock.advance(25 * 3_600_000)
  await observe()
  t.strictSame([...new Set(codes)], ['DELIVERY_FAILED', 'DELIVERY_ABANDONED'])
  await evaluator.close()
}

/** All that the admin endpoint says, to whoever has its token and to others. */
async function askAdmin(redis: string, configKey: string): Promise<void> {
  const token = word('Token')
  const handler = createAdminHandler({ redis, configKey, token })
  const bad = {
    url: `https://${word('BadDoc')}:x@y.test/`,
    secret: `whsec_${word('BadDoc')}`,
    threshold: word('BadDoc'),
    headers: { 'X-Api-Key': `${word('BadDoc')}\n`, te: word('BadDoc') },
  }
  const asked: [method: string, route: string, body?: unknown][] = [
    ['GET', ''],
    ['GET', '/'],
    ['GET', '?partial=1'],
    ['GET', '/status'],
    ['GET', '/metrics'],
    ['PUT', '?dryRun=1', bad],
    ['PUT', '?dryRun=1', { url: 'https://x.test/', rules: [{ name: 'all', secret: 5, group_by: word('BadDoc') }] }],
    ['POST', '/test', { rule: word('BadDoc') }],
    ['POST', '/test', {}],
    ['POST', '/try', { lines: word('BadDoc'), config: bad }],
  ]
  const ask = async (authorization: string, [method, route, body]: (typeof asked)[number]): Promise<void> => {
    const request = new Request(`http://localhost/admin/logs/webhook${route}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answer = await handler.fetch(request)
    look('admin', JSON.stringify([...answer.headers]) + (await answer.text()))
  }
  for (const authorization of [`Bearer ${token}`, `Bearer ${word('BadDoc')}`])
    await Promise.all(asked.map((one) => ask(authorization, one)))
  look('object', inspect(handler, { depth: 9, showHidden: true }))
  await handler.close()
}

async function startTls(t: Test): Promise<string> {
  const server = createSecureServer(certificate('self-signed'), (_request, response) => response.end())
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => void server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('each secret is where it belongs and nowhere else, whatever fails', async (t) => {
  const [home, away, refusing, tunnel, tls] = await Promise.all([
    startReceiver(t),
    startReceiver(t),
    startConnectProxy(t),
    startConnectProxy(t),
    startTls(t),
  ])
  refusing.answerWith(407)
  home.answerWith((request, response) => {
    const how = /\/as\/(\w+)/.exec(request.url ?? '')?.[1] ?? '204'
    if (how === 'hang') return
    if (how === 'reset') return void response.socket?.destroy()
    response.writeHead(Number(how), { location: `${away.origin}/redirected`, 'x-answer': word('Answer') })
    const echo = `${word('Answer')} ${request.url} ${Object.values(request.headers).join(' ')}`
    const encoded = Buffer.from(JSON.stringify([request.url, request.headers])).toString('base64')
    const bodies: Readonly<Record<string, string | undefined>> = {
      204: undefined,
      302: `<title>${echo}</title>`,
      410: JSON.stringify({ message: echo, errors: [encoded] }),
    }
    response.end(how in bodies ? bodies[how] : echo)
  })

  const server = await startRedisServer(t, ['--requirepass', word('RedisPass')])
  const [full, crippled] = await Promise.all([
    startRedisServer(t, ['--maxmemory', '1']),
    startRedisServer(t, ['--rename-command', 'EVALSHA', '', '--rename-command', 'EVAL', '']),
  ])
  const mute = await startProxy(t, server.url)
  mute.mode = 'blackhole'
  const at = (userInfo: string, port = server.port): string => `redis://${userInfo}@127.0.0.1:${port}`
  const good = at(`:${word('RedisPass')}`)
  const clients = [new Redis(good), new Redis(full.url), new Redis(crippled.url)] as const
  t.teardown(() => clients.forEach((client) => void client.disconnect()))
  const [client] = clients
  await client.acl('SETUSER', word('RedisUser'), 'on', `>${word('WrongPass')}`, '~*', '+@all', '-evalsha', '-eval')

  const hook = (how: string | number): string => `${home.origin}/${word('Path')}/as/${how}?key=${word('HookQuery')}`
  const beat = (how: string | number): string => `${home.origin}/${word('Beat')}/as/${how}?key=${word('Beat')}`
  const common = {
    url: hook(204),
    secret: word('Bearer'),
    headers: { 'X-Api-Key': word('Header') },
    threshold: 1,
    // Many start at once here; what fails for good need not wait so long.
    closeTimeoutMs: 8000,
    redact,
    sampleFields: ['tenant', 'tenant.key', 'card', 'users', 'req', 'res', 'err', 'err.detail', 'failure', 'meta'],
    groupBy: ['tenant.id', 'tenant.key', 'card', 'err.detail', 'req.remoteAddress'],
    fields: { model: 'card', group: ['tenant.key', 'tenant.id'], providerName: 'users.0.pin' },
  }
  const configKeys = new Set<string>()
  let keys = 0
  const shared = async (document?: object | string, own: object = {}): Promise<object> => {
    keys += 1
    const configKey = `secrets:${keys}`
    configKeys.add(configKey)
    const text = typeof document === 'string' ? document : JSON.stringify(document)
    if (text !== undefined) await client.set(configKey, text)
    return { ...common, redis: good, configKey, ...own }
  }
  const documented = {
    enabled: true,
    url: `${away.origin}/${word('DocPath')}`,
    secret: word('DocSecret'),
    headers: { 'X-Api-Key': word('DocHeader') },
  }
  const oracle = { name: 'oracle', match: { 'tenant.key': { regex: '^zq' } } }

  const everywhere = async (): Promise<object[]> => [
    { ...common, rules: [{ name: 'code', match: { 'tenant.key': { regex: 'Redacted' } } }] },
    { ...common, url: hook(500), secret: `whsec_${word('Whsec').padEnd(32, 'A')}` },
    { ...common, redact: [...redact, 'err', 'message'] },
    await shared(undefined, {
      sendResolved: true,
      windowSeconds: 1,
      cooldownSeconds: 1,
      heartbeatUrl: beat(500),
      heartbeatSeconds: 1,
    }),
    { ...common, format: 'pagerduty', secret: word('Routing') },
    await shared(undefined, {
      format: 'pagerduty',
      secret: word('Routing'),
      sendResolved: true,
      windowSeconds: 1,
      cooldownSeconds: 1,
    }),
    await shared(undefined, { format: 'pagerduty', secret: word('Routing'), url: hook(404), closeTimeoutMs: 1500 }),
    await shared({ ...documented, rules: [oracle, { name: 'all', group_by: ['tenant.key', 'tenant.id'] }] }),
    await shared(
      { enabled: true, url: `${away.origin}/moved` },
      {
        rules: [{ name: 'own', secret: word('Bearer'), headers: { 'X-Api-Key': word('Header') } }],
      },
    ),
  ]
  const destinations = [404, 410, 302, 'hang', 'reset'].map((how) => ({
    ...common,
    url: hook(how),
    heartbeatUrl: beat(how),
    heartbeatSeconds: 1,
    closeTimeoutMs: 1500,
  }))
  const further = async (): Promise<object[]> => [
    ...destinations,
    { ...common, url: `${tls}/${word('Path')}` },
    { ...common, url: `http://127.0.0.1:1/${word('Path')}` },
    { ...common, url: `http://169.254.169.254/${word('Path')}` },
    { ...common, url: `http://[::1]:1/${word('Path')}`, allowPrivateDestinations: false },
    ...[refusing.url, tunnel.url].map((url) => ({
      ...common,
      proxy: url.replace('//', `//${word('ProxyUser')}:${word('ProxyPass')}@`),
    })),
    { ...common, url: `${tls}/${word('Path')}`, proxy: 'env' },
    await shared({ enabled: true, url: `${away.origin}/moved` }),
    await shared({ ...documented, url: `ftp://${word('BadDoc')}@x`, secret: 5, threshold: word('BadDoc') }),
    await shared({ ...documented, headers: { 'X-Api-Key': `${word('BadDoc')}\n`, [`A: ${word('BadDoc')}`]: '' } }),
    await shared({ ...documented, headers: { authorization: word('BadDoc') } }),
    await shared(`{"url":"https://x/${word('BadDoc')}`),
    await shared(undefined, { closeTimeoutMs: 1500, redis: at(`${word('RedisUser')}:${word('RedisPass')}`) }),
    await shared(undefined, { closeTimeoutMs: 1500, redis: at(`${word('RedisUser')}:${word('WrongPass')}`) }),
    await shared(undefined, { closeTimeoutMs: 1500, redis: server.url }),
    await shared(undefined, { closeTimeoutMs: 1500, redis: at(`:${word('RedisPass')}`, 1) }),
    await shared(undefined, { closeTimeoutMs: 1500, redis: at(`:${word('RedisPass')}`, mute.port) }),
    await shared(undefined, {
      redis: at(`:${word('RedisPass')}`, home.received.length + Number(new URL(home.url).port)),
    }),
    await shared(undefined, { closeTimeoutMs: 1500, redis: full.url }),
    await shared(undefined, { closeTimeoutMs: 1500, redis: crippled.url }),
    await wrongType(),
    ...badOptions,
  ]
  const wrongType = async (): Promise<object> => {
    const options = await shared(undefined, { groupBy: [] })
    await client.lpush(`secrets:${keys}:cooldown`, 'x')
    return options
  }
  const bad = word('BadOption')
  const badOptions = [
    { url: `https://${bad}:${bad}@x.test/`, secret: `whsec_${bad}`, redis: `http://${bad}`, proxy: `ftp://${bad}` },
    {
      ...common,
      url: `${bad}`,
      secret: `${bad}\n`,
      threshold: bad,
      minLevel: `${bad}1`,
      allowedOrigins: [`https://${bad}/x`],
    },
    { ...common, headers: { Host: bad, 'X-Api-Key': `${bad}\n`, [`A: ${bad}`]: '' } },
    { ...common, headers: { authorization: bad } },
    { ...common, allowedOrigins: [`https://${bad.toLowerCase()}.test`], redis: { password: bad, host: 5 } },
    {
      ...common,
      fields: { statusCode: [5, bad] },
      rules: [{ name: `${bad} `, secret: 5, url: bad, match: { a: [bad, {}] } }],
    },
    { ...common, redis: `redis://:${bad}@x/notanumber`, configKey: ' ', redact: bad },
  ].map((options) => ({ redact: [], ...options }))

  let isDone = false
  const watching = (async () => {
    while (!isDone) {
      await lookAtRedis(client, configKeys)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  })()
  const runIn = async (way: string, scenarios: readonly object[]): Promise<void> =>
    void t.strictSame(await runWay(way, [...(await everywhere()), ...scenarios]), { code: 0, stderr: '' }, way)
  // Dozens of transports each: those with threads by themselves, so that none is starved beyond `closeTimeoutMs`.
  await Promise.all([
    runIn('evaluator', badOptions),
    runIn('pinoInProcess', await further()),
    runIn('winston', [...destinations, ...badOptions]),
  ])
  await runIn('pino', badOptions)
  await runIn('winstonWorker', badOptions)

  // The config store, and whoever uses it.
  const useStore = async (options: object, config: GivenConfig): Promise<void> => {
    const store = createConfigStore({ configKey: 'secrets:store', ...options } as ConfigStoreOptions)
    await store.set(config).catch(lookAtError)
    await store.get().then((got) => look('store', JSON.stringify(got)), lookAtError)
    await store.delete().catch(lookAtError)
    look('object', inspect(store, { depth: 4 }))
    await store.close()
  }
  const config = {
    enabled: true,
    url: `https://x.test/`,
    secret: word('StoredSecret'),
    headers: { 'X-Api-Key': word('StoredHeader') },
  }
  configKeys.add('secrets:store')
  await clients[2].set('secrets:store', JSON.stringify(config))
  await client.set('secrets:bad', `{"secret":"${word('BadDoc')}`)
  configKeys.add('secrets:bad')
  await Promise.all([
    useStore({ redis: good }, config),
    useStore({ redis: good, configKey: 'secrets:bad' }, { url: `https://${bad}:x@y.test` }),
    useStore({ redis: at(`${word('RedisUser')}:${word('RedisPass')}`) }, config),
    useStore({ redis: at(`:${word('RedisPass')}`, 1) }, config),
    useStore({ redis: full.url }, config),
    useStore({ redis: crippled.url }, { ...config, url: '', enabled: false, secret: word('BadDoc') }),
    useStore({ redis: crippled.url, configKey: 's' }, { ...config, url: `https://x.test/${word('BadDoc')}` }),
  ])
  const broken = [at(`${word('RedisUser')}:${word('WrongPass')}`), at(`:${word('RedisPass')}`, 1), crippled.url]
  await Promise.all([
    ...[...configKeys].map((configKey) => askAdmin(good, configKey)),
    ...broken.map((redis) => askAdmin(redis, 'secrets:1')),
  ])
  await giveUp(hook(410))
  isDone = true
  await watching
  for (const one of clients.slice(1)) await lookAtRedis(one, configKeys)

  lookAtReceiver('home', home)
  lookAtReceiver('away', away)
  for (const { asked, headers } of [refusing, tunnel]) {
    look('proxy', JSON.stringify(asked))
    for (const { 'proxy-authorization': userInfo = '', ...others } of headers) {
      look('proxy', Buffer.from(userInfo.replace('Basic ', ''), 'base64').toString())
      look('proxy', JSON.stringify(others))
    }
  }

  for (const [name, places] of Object.entries(table)) {
    const found = [...(seen.get(name) ?? [])].sort()
    t.strictSame(found, [...places].sort(), name)
    for (const place of found.filter((place) => !places.includes(place))) t.comment(examples.get(`${name} in ${place}`))
  }
  const rules = away.received.filter(({ body }) => body.test !== true).map(({ body }) => body.rule)
  t.ok(rules.includes('all'), 'the rules of the document count')
  t.notOk(rules.includes('oracle'), 'nobody finds out what is redacted by trying')
  const codes = home.received.map(({ body }) => body?.rule)
  t.ok(codes.includes('code'), 'in code a condition finds it')
  t.ok(
    home.received.some(({ headers }) => headers['webhook-signature'] !== undefined),
    'signed',
  )
  t.ok(
    home.received.some(({ body }) => body?.degraded === true),
    'raised alone',
  )
  t.ok(
    home.received.some(({ body }) => body?.type === 'log_error_resolved'),
    'resolved',
  )
  t.ok(refusing.asked.length > 0 && tunnel.asked.length > 0, 'through proxies')
})
