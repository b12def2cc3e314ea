import { hostname } from 'node:os'
import { Webhook } from 'standardwebhooks'
import t from 'tap'
import type { LogsirenOptions } from '../../src/config/options.js'
import { ConfigError, type Warning } from '../../src/errors.js'
import { createEvaluator, createLineEvaluator } from '../../src/evaluator/evaluator.js'
import { MemoryStore } from '../../src/store/memory/memory-store.js'
import { version } from '../../src/version.js'
import { fakeClock, settled } from '../fixtures/fake-clock.js'
import { FakeHttp } from '../fixtures/fake-http.js'
import { startProxy } from '../fixtures/proxy.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { RemoteStore } from '../fixtures/remote-store.js'
import { run } from '../fixtures/run.js'

const redis = await startRedis(t)
const failure = { statusCode: 503, errorMessage: 'db timeout', clientIp: '203.0.113.9' }

t.test('calls the webhook once at the threshold, with exactly the members that README names', async (t) => {
  const receiver = await startReceiver(t)
  const evaluator = createEvaluator({ url: receiver.url, threshold: 3 })
  t.teardown(() => evaluator.close())
  for (let i = 0; i < 8; i += 1) evaluator.observe({ ...failure, keyId: i })
  await evaluator.flush()
  evaluator.observe(failure)
  await evaluator.flush()
  t.equal(receiver.received.length, 1)
  const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: {} }] = receiver.received
  t.equal(`${method} ${path}`, 'POST /hook')
  t.match(headers, {
    'content-type': 'application/json',
    'user-agent': `logsiren/${version}`,
    'webhook-id': body.id,
    'webhook-timestamp': /^\d{10}$/,
  })
  t.notOk('authorization' in headers || 'webhook-signature' in headers)
  t.match(body.sent_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const samples = body.samples.map((one: object) => ({ ...one, last_seen: '' }))
  t.strictSame(
    { ...body, samples, sent_at: '', id: '', hostname: '', first_seen: '', last_seen: '', since: '' },
    {
      type: 'log_error_threshold',
      sent_at: '',
      threshold: 3,
      window_seconds: 60,
      count: 8,
      sample: {
        group: '',
        key_id: 7,
        model: '',
        provider_name: '',
        provider_type: '',
        status_code: 503,
        error_message: 'db timeout',
        client_ip: '203.0.113.9',
      },
      id: '',
      rule: 'default',
      hostname: '',
      first_seen: '',
      last_seen: '',
      suppressed: 0,
      notice: 1,
      since: '',
      samples: [{ ...body.sample, kind: 'db timeout', count: 8, last_seen: '' }],
      top: {
        message: [{ value: 'db timeout', count: 8 }],
        path: [],
        status: [{ value: 503, count: 8 }],
        kind: [{ value: 'db timeout', count: 8 }],
      },
    },
  )
  // The store's clock and the wall clock may be on either side of a second.
  const apartMs = Date.parse(body.samples[0].last_seen) - Date.parse(body.last_seen)
  t.ok(Math.abs(apartMs) <= 1000, `${body.samples[0].last_seen} ${body.last_seen}`)
  t.match(evaluator.stats(), { observed: 9, errors: 9, alerts: 1, delivered: 1, failed: 0, dropped: 0 })
})

t.test('proves a secret: Bearer, or a Standard Webhooks signature that an independent verifier accepts', async (t) => {
  const receiver = await startReceiver(t)
  for (const secret of ['s3cret', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']) {
    const evaluator = createEvaluator({ url: receiver.url, threshold: 1, secret })
    evaluator.observe(failure)
    await evaluator.close()
  }
  const [bearer, signed] = receiver.received
  t.equal(bearer?.headers.authorization, 'Bearer s3cret')
  t.notOk(signed?.headers.authorization)
  const verifier = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
  t.ok(verifier.verify(signed?.text ?? '', signed?.headers as Record<string, string>))
})

t.test('tells alert and delivered to its owner, whose listeners may throw', async (t) => {
  const receiver = await startReceiver(t)
  const evaluator = createEvaluator({ url: receiver.url, threshold: 1 })
  const events: unknown[] = []
  const record = (event: unknown): void => void events.push(event)
  evaluator.on('alert', () => {
    throw new Error('a stranger')
  })
  evaluator.on('alert', record).on('delivered', record).on('resolved', record)
  evaluator.observe(failure)
  await evaluator.close()
  t.match(events, [
    { rule: 'default', count: 1, threshold: 1, windowSeconds: 60, sample: failure },
    { rule: 'default', count: 1, status: 204, tries: 1 },
  ])
  t.equal(evaluator.stats().listenerErrors, 1)
  t.strictSame(structuredClone(events), events, 'they can cross to another thread')
})

t.test('takes whatever it is handed without throwing', async (t) => {
  const evaluator = createEvaluator({ url: 'http://127.0.0.1:9/', threshold: 100 })
  const bad = {
    get errorMessage(): string {
      throw new Error('no')
    },
  }
  const inputs: unknown[] = [undefined, null, 7, 'text', [], {}, { statusCode: 'x' }, bad, Object.create(null)]
  for (const input of inputs) evaluator.observe(input as object)
  evaluator.observe({ errorMessage: '   ' })
  evaluator.observe({ statusCode: 499 })
  t.match(evaluator.stats(), { observed: inputs.length + 2, errors: 0, skipped: 1 })
  await evaluator.close()
  evaluator.observe(failure)
  t.match(evaluator.stats(), { observed: inputs.length + 2 }, 'after close() nothing is taken')
  await Promise.all([evaluator.close(), evaluator.flush()])
})

t.test('does nothing where there is no url, or it is switched off', async (t) => {
  for (const options of [{}, { url: 'http://127.0.0.1:9/', enabled: false }, { enabled: true }]) {
    const evaluator = createEvaluator({ threshold: 1, ...options })
    evaluator.observe(failure)
    await evaluator.close()
    t.match(evaluator.stats(), { observed: 1, errors: 0, alerts: 0 })
  }
})

t.test('refuses bad options with every problem at once', (t) => {
  const error = t.throws(() => createEvaluator({ threshold: 0, windowSeconds: 1.5, nonsense: 1 } as object))
  t.ok(error instanceof ConfigError)
  t.match(error, {
    code: 'ERR_LOGSIREN_CONFIG',
    problems: [{ path: 'threshold' }, { path: 'windowSeconds' }, { path: 'nonsense' }],
  })
  t.end()
})

t.test('processes follow the config in Redis while they run, whoever writes it', async (t) => {
  const [first, second] = [await startReceiver(t), await startReceiver(t)]
  const configKey = redis.newConfigKey()
  const fleet = [0, 1].map(() => createEvaluator({ redis: redis.url, configKey, url: first.url, threshold: 100 }))
  t.teardown(() => Promise.all(fleet.map((evaluator) => evaluator.close())))
  const everyoneFails = async (): Promise<void> => {
    for (const evaluator of fleet) {
      evaluator.observe(failure)
      await evaluator.flush()
    }
  }
  await everyoneFails()
  t.equal(first.received.length, 0)
  await redis.client.set(configKey, JSON.stringify({ enabled: true, url: second.url, threshold: 4 }))
  await everyoneFails()
  t.match(second.received, [{ body: { threshold: 4, count: 4 } }], 'what was counted before still counts')
  await redis.client.set(configKey, JSON.stringify({ enabled: false }))
  await redis.client.del(`${configKey}:cooldown`)
  await everyoneFails()
  await redis.client.del(configKey)
  await everyoneFails()
  t.equal(first.received.length + second.received.length, 1, 'off, and then back to the options')
})

t.test('a config that is not valid changes nothing and is reported once', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  await redis.client.set(configKey, JSON.stringify({ enabled: true, url: receiver.url, threshold: 3 }))
  const evaluator = createEvaluator({ redis: redis.url, configKey })
  const warnings: Warning[] = []
  evaluator.on('warning', (warning) => warnings.push(warning))
  await evaluator.flush()
  for (const bad of [
    '',
    'not json',
    '[]',
    '{"threshold":"5"}',
    '{"url":"ftp://canary.test/x"}',
    '{"secret":"whsec_canary"}',
  ]) {
    await redis.client.set(configKey, bad)
    for (let i = 0; i < 2; i += 1) {
      evaluator.observe(failure)
      await evaluator.flush()
    }
    t.notMatch(JSON.stringify(warnings), /canary/)
    t.match(warnings.splice(0), [{ code: 'CONFIG_INVALID', message: /^logsiren: / }], bad)
  }
  await evaluator.close()
  t.match(receiver.received, [{ body: { threshold: 3, count: 3 } }])
  t.equal(evaluator.stats().invalidConfigs, 6)
})

t.test(
  'without Redis, warns of a url that is there and has no value, and says nothing where alerts are not wanted',
  async (t) => {
    const cases: [options: LogsirenOptions, codes: string[]][] = [
      [{ url: undefined }, ['NO_DESTINATION']],
      [{ url: '' }, ['NO_DESTINATION']],
      [{ rules: [{ name: 'a', url: undefined }, { name: 'b' }] }, ['NO_DESTINATION']],
      [{}, []],
      [{ threshold: 5, rules: [{ name: 'a' }] }, []],
      [{ url: undefined, enabled: false }, []],
      [{ url: undefined, rules: [{ name: 'a', url: 'http://127.0.0.1:9/' }] }, []],
    ]
    for (const [options, expected] of cases) {
      const clock = fakeClock()
      const evaluator = createLineEvaluator(options, { clock })
      const codes: string[] = []
      evaluator.on('warning', ({ code }) => codes.push(code))
      await clock.advance(0)
      await evaluator.close()
      t.strictSame(codes, expected, JSON.stringify(options))
      const closedAtOnce = createEvaluator(options)
      closedAtOnce.on('warning', ({ code }) => codes.push(code))
      await closedAtOnce.close()
      t.equal(codes.length, 2 * expected.length)
    }
  },
)

t.test('what is ignored follows the config in Redis, which finds nothing in redacted places', async (t) => {
  const configKey = redis.newConfigKey()
  const ignore = [{ errorMessage: { prefix: 'aborted' } }]
  const options = {
    url: 'http://127.0.0.1:9/',
    threshold: 1000,
    redis: redis.url,
    configKey,
    ignore,
    redact: ['tenant.key'],
  }
  const evaluator = createLineEvaluator(options)
  t.teardown(() => evaluator.close())
  const counts = async (...messages: string[]): Promise<readonly number[]> => {
    // The batch of the first error brings the config.
    evaluator.observe({ errorMessage: 'to be counted' })
    await evaluator.flush()
    const before = evaluator.stats()
    for (const msg of messages) evaluator.observeLine({ members: { msg, tenant: { key: 's3cret' } }, level: 'error' })
    await evaluator.flush()
    const { errors, ignored } = evaluator.stats()
    return [errors - before.errors, ignored - before.ignored]
  }
  const store = (document: object): Promise<unknown> => redis.client.set(configKey, JSON.stringify(document))
  t.strictSame(await counts('aborted', 'db timeout'), [1, 1], 'the option’s')
  await store({ ignore: [{ error_message: { not: { prefix: 'aborted' } } }] })
  t.strictSame(await counts('aborted', 'db timeout', 'db refused'), [1, 2], 'the document’s in its place')
  await store({ ignore: [{ 'tenant.key': { prefix: 's3' } }, { 'tenant.key': { regex: '.' }, level: 'error' }] })
  t.strictSame(await counts('aborted', 'db timeout'), [2, 0], 'a document tries redacted values in vain')
  await store({ ignore: [] })
  t.strictSame(await counts('aborted', 'db timeout'), [2, 0], 'none at all')
  await store({ ignore: [{}] })
  t.strictSame(await counts('aborted', 'db timeout'), [2, 0], 'one that is not valid changes nothing')
  await redis.client.del(configKey)
  t.strictSame(await counts('aborted', 'db timeout'), [1, 1], 'the option’s again')
  t.equal(Number(await redis.client.hget(`${configKey}:totals`, 'ignored')), evaluator.stats().ignored)
})

t.test('sends a secret only to the origin it was given for', async (t) => {
  const [home, elsewhere] = [await startReceiver(t), await startReceiver(t)]
  const configKey = redis.newConfigKey()
  const tell = async (document: object): Promise<string[]> => {
    await redis.client.set(configKey, JSON.stringify(document))
    const evaluator = createEvaluator({ redis: redis.url, configKey, url: home.url, secret: 's3cret', threshold: 1 })
    const codes: string[] = []
    evaluator.on('warning', ({ code }) => codes.push(code))
    evaluator.observe(failure)
    await evaluator.close()
    await redis.client.del(`${configKey}:cooldown`)
    return codes
  }
  t.strictSame(await tell({ enabled: true }), [])
  t.strictSame(await tell({ enabled: true, url: `${home.origin}/other` }), [])
  t.strictSame(await tell({ enabled: true, secret: '' }), [])
  t.strictSame(await tell({ enabled: true, url: elsewhere.url }), ['SECRET_WITHHELD'])
  t.strictSame(await tell({ enabled: true, url: elsewhere.url, secret: 'theirs' }), [])
  t.strictSame(
    home.received.map(({ headers }) => headers.authorization),
    ['Bearer s3cret', 'Bearer s3cret', undefined],
  )
  t.strictSame(
    elsewhere.received.map(({ headers }) => headers.authorization),
    [undefined, 'Bearer theirs'],
  )
})

t.test('judges nothing before the config has been read, and loses nothing that came before', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  await redis.client.set(
    configKey,
    JSON.stringify({ enabled: true, url: receiver.url, threshold: 3, status_code_threshold: 400 }),
  )
  const evaluator = createLineEvaluator({ redis: redis.url, configKey, url: 'http://127.0.0.1:9/', threshold: 1 })
  evaluator.observe({ statusCode: 404 })
  evaluator.observeLine({ members: { level: 30, res: { statusCode: 404 } } })
  t.match(evaluator.stats(), { observed: 2, errors: 0 })
  evaluator.observe({ statusCode: 404 })
  await evaluator.close()
  t.match(receiver.received, [{ body: { count: 3, threshold: 3 } }])
})

t.test(
  'with Redis away the options judge after a second, nothing throws, and counts arrive when it is back',
  async (t) => {
    const receiver = await startReceiver(t)
    const proxy = await startProxy(t, redis.url)
    proxy.mode = 'refuse'
    const evaluator = createEvaluator({
      redis: `redis://127.0.0.1:${proxy.port}`,
      configKey: redis.newConfigKey(),
      url: receiver.url,
      threshold: 5,
      closeTimeoutMs: 1200,
    })
    const warned = new Promise<Warning>((resolve) => evaluator.on('warning', resolve))
    for (let i = 0; i < 5; i += 1) evaluator.observe(failure)
    await evaluator.flush()
    t.match(evaluator.stats(), { errors: 5, alerts: 0 }, 'flush gives up after closeTimeoutMs')
    t.match(await warned, { code: 'REDIS_UNAVAILABLE', message: /^logsiren: / })
    proxy.mode = 'pass'
    await receiver.has(1)
    t.match(receiver.received, [{ body: { count: 5 } }])
    await evaluator.close()
  },
)

t.test('counts exactly though replies are lost and connections cut', async (t) => {
  const proxy = await startProxy(t, redis.url)
  const configKey = redis.newConfigKey()
  const options = { url: 'http://127.0.0.1:9/', threshold: 1_000_000, configKey }
  const evaluator = createEvaluator({ ...options, redis: `redis://127.0.0.1:${proxy.port}` })
  for (let i = 0; i < 200; i += 1) {
    if (i % 20 === 5) proxy.mode = 'killReply'
    if (i % 20 === 10) proxy.mode = 'pass'
    if (i % 20 === 15) proxy.cut()
    for (let j = 0; j < 5; j += 1) evaluator.observe(failure)
    await settled()
    if (proxy.mode === 'pass') await evaluator.flush()
  }
  await evaluator.close()
  const [ring] = await redis.client.keys(`${configKey}:ring:*`)
  t.equal(await redis.client.hget(ring ?? '', 'total'), '1000')
  t.ok(evaluator.stats().storeFailures > 0, 'the faults did happen')
})

t.test('a storm costs ten submissions a second, a crossing is told without waiting', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 500 }, { clock, store: new MemoryStore(clock) })
  await clock.advance(1000)
  const before = evaluator.stats().submissions
  for (let ms = 0; ms < 1000; ms += 1) {
    for (let i = 0; i < 100; i += 1) evaluator.observe(failure)
    await clock.advance(1)
    if (ms === 10) t.equal(evaluator.stats().alerts, 1, 'though the first batch had just gone')
  }
  const submissions = evaluator.stats().submissions - before
  t.ok(submissions <= 12, `${submissions} submissions`)
  t.equal(evaluator.stats().errors, 100_000)
  void clock.advance(10_000)
  await evaluator.close()
})

t.test('holds no process that is done for longer than there is something to tell', async (t) => {
  const clock = fakeClock()
  let holds = 0
  const counting = {
    ...clock,
    after: (delayMs: number, task: () => void, hold = false) => {
      const cancel = clock.after(delayMs, task)
      if (!hold) return cancel
      holds += 1
      return () => {
        holds -= 1
        return cancel()
      }
    },
  }
  const receiver = await startReceiver(t)
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 2 }, { clock: counting })
  await settled()
  t.equal(holds, 0)
  evaluator.observe(failure)
  evaluator.observe(failure)
  await settled()
  t.equal(holds, 1)
  await receiver.has(1)
  await evaluator.close()
  t.equal(holds, 0)
})

t.test(
  'a line that throws where it is read for what an alert shows is counted, and told as far as it can be',
  async (t) => {
    const receiver = await startReceiver(t)
    const evaluator = createLineEvaluator({ url: receiver.url, threshold: 2, sampleFields: ['tenant'] })
    t.teardown(() => evaluator.close())
    const hostile = (name: string): object =>
      Object.defineProperty({ level: 50, msg: 'db timeout' }, name, {
        get: () => {
          throw new Error(name)
        },
      })
    evaluator.observeLine({ members: hostile('hostname') })
    evaluator.observeLine({ members: hostile('tenant') })
    await evaluator.flush()
    t.match(receiver.received, [{ body: { count: 2, sample: { error_message: 'db timeout' } } }])
  },
)

t.test('a line that is held belongs to the application: what it throws, or says, later reaches nobody', async (t) => {
  const receiver = await startReceiver(t)
  const clock = fakeClock()
  const store = new RemoteStore(clock)
  const evaluator = createLineEvaluator({ url: receiver.url, threshold: 2, groupBy: 'tenant' }, { clock, store })
  let isOver = false
  const line = {
    level: 50,
    msg: 'db timeout',
    get tenant(): string {
      if (isOver) throw new Error('a getter of theirs')
      return 'acme'
    },
  }
  const changed = { level: 50, msg: 'db timeout', tenant: 'acme' }
  evaluator.observeLine({ members: line })
  evaluator.observeLine({ members: changed })
  isOver = true
  changed.tenant = 'another'
  changed.level = 30
  t.match(evaluator.stats(), { observed: 2, errors: 0 }, 'both are held')
  await clock.advance(1000)
  t.match(evaluator.stats(), { errors: 2, skipped: 0 })
  await receiver.has(1)
  t.match(receiver.received, [{ body: { count: 2, group_by: { tenant: 'acme' } } }])
  const closed = evaluator.close()
  await clock.advance(10_000)
  await closed
})

t.test('a record that throws once it is held is passed over, and told of by nothing but a counter', async (t) => {
  const uncaught: unknown[] = []
  const listener = (error: unknown): void => void uncaught.push(error)
  process.on('uncaughtException', listener)
  t.teardown(() => process.off('uncaughtException', listener))
  const clock = fakeClock()
  const evaluator = createLineEvaluator(
    { url: 'http://127.0.0.1:9/', rules: [{ name: 'a', match: { keyId: 1 } }] },
    { clock, store: new RemoteStore(clock) },
  )
  let reads = 0
  const members = new Proxy({ level: 50, msg: 'x' } as Record<string, unknown>, {
    get: (target, name) => {
      reads += 1
      if (reads > 40) throw new Error('no more')
      return Reflect.get(target, name)
    },
    ownKeys: (target) => {
      reads += 1
      if (reads > 60) throw new Error('no more')
      return Reflect.ownKeys(target)
    },
  })
  evaluator.observeLine({ members })
  const readWhenHeld = reads
  await clock.advance(1000)
  t.equal(reads, readWhenHeld, 'it is not looked at again')
  await settled()
  t.strictSame(uncaught, [])
  const closed = evaluator.close()
  await clock.advance(10_000)
  await closed
})

t.test('tells a store that is shared who it is, from the first line on, and that it is about to end', async (t) => {
  const toldBy = async (redact: readonly string[], logger?: 'watch'): Promise<readonly unknown[]> => {
    const clock = fakeClock()
    const store = new RemoteStore(clock)
    const named = logger === undefined ? {} : { logger }
    const evaluator = createLineEvaluator({ url: 'http://127.0.0.1:9/', redact }, { clock, store, ...named })
    evaluator.observeText(`${JSON.stringify({ level: 30, pid: 1, name: 'shop', msg: 'fine' })}\n`, 1, () => {})
    await evaluator.flush()
    await evaluator.close()
    return store.answered.map(({ process }) => process).filter((told) => told !== undefined)
  }
  const facts = {
    service: 'shop',
    hostname: hostname(),
    pid: process.pid,
    version,
    linesPerMinute: 4,
    config: 'options',
  }
  t.strictSame(await toldBy([]), [{ ...facts, logger: 'evaluator' }, 'closing'])
  t.match(await toldBy([], 'watch'), [{ logger: 'watch' }, 'closing'])
  for (const path of ['hostname', 'host', 'host.name', '*'])
    t.match(
      await toldBy([path]),
      [{ hostname: '' }, 'closing'],
      `what redacts ${path} hides the process's host name, too`,
    )
  t.match(await toldBy(['name']), [{ service: '', hostname: hostname() }, 'closing'])
})

t.test('memory is flat, whatever is handed in', async (t) => {
  const clock = fakeClock()
  const http = new FakeHttp()
  const options = { url: 'http://a.test/', threshold: 3, groupBy: 'model', windowSeconds: 1, cooldownSeconds: 1 }
  const evaluator = createLineEvaluator(options, { clock, store: new RemoteStore(clock), http })
  await clock.advance(2000)
  const sizes: Readonly<Record<string, number>>[] = []
  for (let second = 0; second < 40; second += 1) {
    for (let i = 0; i < 600; i += 1) evaluator.observe({ ...failure, model: `${second} ${i % 300}` })
    await clock.advance(1000)
    sizes.push(evaluator.sizes())
  }
  for (const name of ['series', 'occurrences', 'due', 'local'])
    t.ok(Math.max(...sizes.map((one) => one[name] ?? 0)) < 4000, `${name}: ${sizes.map((one) => one[name])}`)
  t.match(evaluator.stats(), { errors: 24_000, dropped: 0 })
  await clock.advance(60_000)
  evaluator.observe({ ...failure, model: 'last' })
  await clock.advance(1000)
  t.match(evaluator.sizes(), { series: 1, occurrences: 1 })
  const closed = evaluator.close()
  await clock.advance(10_000)
  await closed
})

t.test('a system that does not tell its name keeps nobody from counting', async (t) => {
  const ended = await run(`import { syncBuiltinESMExports } from 'node:module'
    import os from 'node:os'
    os.hostname = () => {
      throw new Error('not permitted')
    }
    syncBuiltinESMExports()
    const { createEvaluator } = await import('logsiren')
    const evaluator = createEvaluator({ threshold: 1 })
    evaluator.observe({ statusCode: 503 })
    process.stdout.write(String(evaluator.stats().observed))`)
  t.match(ended, { code: 0, stdout: '1', stderr: '' })
})
