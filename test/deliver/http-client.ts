import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { type Answer, HttpClient, type HttpClientOptions } from '../../src/deliver/http-client.js'
import { outcomeOfError } from '../../src/deliver/outcome.js'
import { startReceiver } from '../fixtures/receiver.js'
import { resolver } from '../fixtures/resolver.js'
import { run } from '../fixtures/run.js'

const sentAtMs = Date.parse('2026-11-23T18:16:07Z')

function open(
  t: Test,
  options: Partial<HttpClientOptions> = {},
  addresses?: readonly string[],
): (url: string) => Promise<unknown> {
  const http = new HttpClient({ allowPrivate: true, ...options }, addresses && { lookup: resolver(addresses) })
  t.teardown(() => http.close())
  return (url) =>
    http
      .post({ url, headers: { 'content-type': 'text/plain' }, body: 'x', sentAtMs, timeoutMs: 3000 })
      .catch(outcomeOfError)
}

t.test('gives the final status, and follows no redirect', async (t) => {
  const post = open(t)
  const [receiver, other] = [await startReceiver(t), await startReceiver(t)]
  receiver.answerWith(204, 503, (_request, response) => response.writeHead(307, { location: other.url }).end())
  const statuses: (number | undefined)[] = []
  for (let i = 0; i < 3; i += 1) statuses.push(((await post(receiver.url)) as Answer).status)
  t.strictSame(statuses, [204, 503, 307])
  t.equal(other.received.length, 0)
})

t.test('tells what wait the receiver asks for', async (t) => {
  const post = open(t)
  const receiver = await startReceiver(t)
  const rows: [header: string | string[], retryAfterMs: number | undefined][] = [
    ['7', 7000],
    ['Mon, 23 Nov 2026 18:16:37 GMT', 30_000],
    ['soon', undefined],
    [['5', '9'], 5000],
  ]
  for (const [header, retryAfterMs] of rows) {
    receiver.answerWith((_request, response) => response.setHeader('retry-after', header).writeHead(429).end())
    t.strictSame(await post(receiver.url), { status: 429, retryAfterMs, text: '' })
  }
  receiver.answerWith(429)
  t.strictSame(await post(receiver.url), { status: 429, retryAfterMs: undefined, text: '' })
})

t.test('gives a short body whole, and none that is long, slow or breaks off', async (t) => {
  const post = open(t)
  const receiver = await startReceiver(t)
  const long = 'x'.repeat(20_000)
  receiver.answerWith(
    (_request, response) => response.end('grün'),
    (_request, response) => response.end(long),
    (_request, response) => void response.write('slow'),
    (_request, response) => void response.write('broken', () => response.destroy()),
  )
  for (const text of ['grün', undefined, undefined, undefined])
    t.strictSame(await post(receiver.url), { status: 200, retryAfterMs: undefined, text })
})

t.test('sends as many at once as it is asked to', async (t) => {
  const post = open(t)
  const receiver = await startReceiver(t)
  const answers: (() => void)[] = []
  receiver.answerWith((_request, response) => {
    answers.push(() => response.writeHead(204).end())
    if (answers.length === 20) for (const answer of answers) answer()
  })
  const all = await Promise.all(Array.from({ length: 20 }, () => post(receiver.url)))
  t.ok(all.every((answer) => (answer as Answer).status === 204))
})

t.test('gives up on a silent receiver, though garbage is collected meanwhile', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import { HttpClient } from '../../.build/deliver/http-client.js'
    import { setFlagsFromString } from 'node:v8'
    import { runInNewContext } from 'node:vm'
    setFlagsFromString('--expose-gc')
    const timer = setInterval(runInNewContext('gc'), 100)
    const post = { url: '${receiver.url}', headers: {}, body: 'x', sentAtMs: 0, timeoutMs: 3000 }
    await new HttpClient({ allowPrivate: true }).post(post).catch(({ name }) => process.stdout.write(name))
    clearInterval(timer)`
  receiver.answerWith(() => {})
  t.match(await run(program), { code: 0, stdout: 'UnansweredError', stderr: '' })
})

t.test('closing ends what is in flight, wherever it is, and what comes later', async (t) => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const address = silent.address()
  const port = typeof address === 'object' ? address?.port : 0
  const receiver = await startReceiver(t)
  receiver.answerWith((_request, response) => void response.writeHead(200).write('dripping'))
  const http = new HttpClient({ allowPrivate: true, proxy: 'env' }, { lookup: resolver() })
  const send = (url: string): Promise<unknown> =>
    http.post({ url, headers: {}, body: 'x', sentAtMs, timeoutMs: 3000 }).catch((error: Error) => error.name)
  const answered = send(receiver.url)
  await receiver.has(1)
  const hanging = [`http://127.0.0.1:${port}`, `https://127.0.0.1:${port}`, 'http://resolves-never.test'].map(send)
  await once(silent, 'connection')
  await http.close()
  await http.close()
  await answered
  for (const name of [...(await Promise.all(hanging)), await send(receiver.url)])
    t.match(name, /^(AbortError|ClientDestroyedError)$/)
  t.equal(receiver.received.length, 1)
  await new HttpClient({ allowPrivate: true }).close()
})

t.test('sends nothing to a metadata address, however it is spelled', async (t) => {
  const [direct, proxied] = [open(t), open(t, { proxy: 'http://127.0.0.1:1' })]
  for (const host of [
    '169.254.169.254',
    '169.254.169.254.',
    '2852039166',
    '0xa9fea9fe',
    '0xa9.254.169.254',
    '0251.0376.0251.0376',
    '169.254.43518',
    '169.16689662',
    '１６９.２５４.１６９.２５４',
    '169。254。169。254',
    '169.254.169.25%34',
    '[::ffff:169.254.169.254]',
    '[::ffff:a9fe:a9fe]',
    '[64:ff9b::169.254.169.254]',
    '[64:ff9b:1::169.254.169.254]',
    '[2002:a9fe:a9fe::]',
    '[::169.254.169.254]',
    '[::ffff:0:169.254.169.254]',
    '[fe80::5efe:169.254.169.254]',
    '[2a00::200:5efe:169.254.169.254]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '0',
  ]) {
    const refused = { kind: 'rejected', reason: 'address' }
    for (const protocol of ['http', 'https']) t.strictSame(await direct(`${protocol}://${host}/`), refused, host)
    t.strictSame(await proxied(`https://${host}/`), refused, `${host}, through a proxy`)
  }
  t.strictSame(await direct('http://[fe80::1%25eth0]/'), { kind: 'rejected', reason: 'request' }, 'no URL has zones')
})

t.test('judges the address that it connects to, not one that it was told before', async (t) => {
  const receiver = await startReceiver(t)
  const addresses = ['127.0.0.1']
  const post = open(t, {}, addresses)
  const url = receiver.url.replace('127.0.0.1', 'rebinding.test')
  t.match(await post(url), { status: 204 })
  addresses[0] = '169.254.169.254'
  t.strictSame(await post(url), { kind: 'rejected', reason: 'address' })
  t.equal(receiver.received.length, 1)
})

t.test('refuses private addresses where it is told to', async (t) => {
  const receiver = await startReceiver(t)
  const post = open(t, { allowPrivate: false })
  t.match(await post(receiver.url), { reason: 'address' })
  t.match(await post(receiver.url.replace('127.0.0.1', 'localhost')), { reason: 'address' })
  t.equal(receiver.received.length, 0)
})

t.test('leaves the host’s own fetch and its dispatcher alone', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator({ url: '${receiver.url}', threshold: 1 })
    evaluator.observe({ statusCode: 500 })
    await evaluator.close()
    const { Agent } = await import('undici')
    const slots = [1, 2].map((n) => globalThis[Symbol.for('undici.globalDispatcher.' + n)])
    const { status } = await fetch('${receiver.url}')
    process.stdout.write([slots.some((slot) => slot instanceof Agent), status].join())`
  t.match(await run(program), { code: 0, stdout: 'false,204', stderr: '' })
  t.equal(receiver.received.length, 2)
})

t.test('an attempt takes as long as it is told to', async (t) => {
  const receiver = await startReceiver(t)
  receiver.answerWith((_request, response) => setTimeout(() => response.writeHead(204).end(), 2500))
  const http = new HttpClient({ allowPrivate: true })
  t.teardown(() => http.close())
  const post = (timeoutMs: number): Promise<unknown> =>
    http.post({ url: receiver.url, headers: {}, body: 'x', sentAtMs, timeoutMs }).catch(outcomeOfError)
  const [short, long] = await Promise.all([post(1500), post(30_000)])
  t.strictSame(short, { kind: 'retry', reason: 'unanswered' })
  t.match(long, { status: 204 })
})

t.test('knows whether the whole request was sent when the time is up', async (t) => {
  // It accepts connections, and reads nothing of what they send.
  const deaf = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(deaf, 'listening')
  t.teardown(() => deaf.close())
  const sockets = new Set<Socket>()
  deaf.on('connection', (socket) => void sockets.add(socket))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
  })
  const address = deaf.address()
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const http = new HttpClient({ allowPrivate: true }, { lookup: resolver() })
  t.teardown(() => http.close())
  const post = (url: string, body: string): Promise<unknown> =>
    http.post({ url, headers: {}, body, sentAtMs, timeoutMs: 3000 }).catch(outcomeOfError)
  const [small, secure, unresolved] = await Promise.all([
    post(`http://${host}`, 'x'),
    post(`https://${host}`, 'x'),
    post('http://resolves-never.test', 'x'),
  ])
  const large = await post(`http://${host}`, 'x'.repeat(32 * 1_048_576))
  t.strictSame(small, { kind: 'retry', reason: 'unanswered' }, 'all of it has left')
  t.strictSame(large, { kind: 'retry', reason: 'timeout' }, 'a part of it waits here')
  t.strictSame(secure, { kind: 'retry', reason: 'timeout' }, 'there is no connection yet')
  t.strictSame(unresolved, { kind: 'retry', reason: 'timeout' }, 'nor an address')
})

t.test('takes a body that is compressed for none', async (t) => {
  const post = open(t)
  const receiver = await startReceiver(t)
  receiver.answerWith((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'))
  t.strictSame(await post(receiver.url), { status: 200, retryAfterMs: undefined, text: undefined })
})
