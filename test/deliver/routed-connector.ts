import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { HttpClient } from '../../src/deliver/http-client.js'
import { type Outcome, outcomeOfAnswer, outcomeOfError } from '../../src/deliver/outcome.js'
import { authorityPath, certificate } from '../fixtures/certificates.js'
import { startConnectProxy } from '../fixtures/connect-proxy.js'
import { startReceiver } from '../fixtures/receiver.js'
import { freePort } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

function open(t: Test, proxy: string, allowPrivate = true): (url: string) => Promise<Outcome> {
  const http = new HttpClient({ allowPrivate, proxy })
  t.teardown(() => http.close())
  return (url) =>
    http.post({ url, headers: {}, body: 'x', sentAtMs: 0, timeoutMs: 3000 }).then(outcomeOfAnswer, outcomeOfError)
}

/** The outcomes of posts by a process that trusts our authority and has these variables set. */
async function outcomes(urls: readonly string[], options: object, env: Record<string, string> = {}): Promise<unknown> {
  const program = `import { HttpClient } from '../../.build/deliver/http-client.js'
    import { outcomeOfAnswer, outcomeOfError } from '../../.build/deliver/outcome.js'
    const http = new HttpClient({ allowPrivate: true, ...${JSON.stringify(options)} })
    const outcomes = []
    // Nothing that the client does holds a process.
    const timer = setInterval(() => {}, 1000)
    for (const url of ${JSON.stringify(urls)})
      outcomes.push(await http.post({ url, headers: {}, body: 'x', sentAtMs: 0, timeoutMs: 3000 }).then(outcomeOfAnswer, outcomeOfError))
    await http.close()
    clearInterval(timer)
    process.stdout.write(JSON.stringify(outcomes))`
  const { stdout, stderr } = await run(program, { env: { NODE_EXTRA_CA_CERTS: authorityPath, ...env } })
  return stderr === '' ? JSON.parse(stdout) : stderr
}

async function startSecureReceiver(t: Test, name: 'good' | 'wrong-name' | 'expired'): Promise<number> {
  const server = createServer(certificate(name), (_request, response) => response.writeHead(204).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

const delivered = { kind: 'delivered', status: 204 }
const wrongCertificate = { kind: 'rejected', reason: 'certificate' }

t.test('trusts whom Node trusts, directly and through a proxy', async (t) => {
  const proxy = await startConnectProxy(t)
  const ports = [
    await startSecureReceiver(t, 'good'),
    await startSecureReceiver(t, 'wrong-name'),
    await startSecureReceiver(t, 'expired'),
  ]
  const urls = ports.flatMap((port) => [`https://localhost:${port}/`, `https://127.0.0.1:${port}/`])
  const expected = [delivered, delivered, ...new Array<object>(4).fill(wrongCertificate)]
  t.strictSame(await outcomes(urls, {}), expected)
  t.strictSame(await outcomes(urls, { proxy: proxy.url }), expected)
  t.strictSame(
    proxy.asked,
    urls.map((url) => `CONNECT ${new URL(url).host}`),
  )
})

t.test('takes the proxy of the environment, and goes directly where that says so', async (t) => {
  const proxy = await startConnectProxy(t)
  const [secure, plain] = [await startSecureReceiver(t, 'good'), await startReceiver(t)]
  const urls = [`https://localhost:${secure}/`, plain.url]
  const both = { HTTPS_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '' }
  t.strictSame(await outcomes(urls, { proxy: 'env' }, both), [delivered, delivered])
  t.equal(proxy.asked.length, 2)
  t.strictSame(await outcomes(urls, { proxy: 'env' }, { ...both, NO_PROXY: 'localhost,127.0.0.1' }), [
    delivered,
    delivered,
  ])
  t.strictSame(await outcomes(urls, {}, both), [delivered, delivered], 'and nobody asks it who was not told to')
  t.equal(proxy.asked.length, 2)
  const refused = { kind: 'rejected', reason: 'address' }
  const strict = { proxy: 'env', allowPrivate: false }
  t.strictSame(await outcomes(urls, strict, { ...both, NO_PROXY: '*' }), [refused, refused], 'the guard stays')
  t.strictSame(await outcomes(urls, { proxy: 'env' }, { ...both, HTTPS_PROXY: 'socks5://127.0.0.1' }), [
    { kind: 'rejected', reason: 'proxy' },
    delivered,
  ])
})

t.test('connects through a proxy to plain http too, which leaves private addresses to it', async (t) => {
  const [proxy, receiver] = [await startConnectProxy(t), await startReceiver(t)]
  t.strictSame(await open(t, proxy.url, false)(receiver.url), delivered)
  t.strictSame(await open(t, proxy.url)(receiver.url.replace('127.0.0.1', 'known-to-the-proxy.invalid')), delivered)
  t.equal(receiver.received.length, 2)
  t.strictSame(proxy.asked, [
    `CONNECT ${new URL(receiver.url).host}`,
    `CONNECT ${new URL(receiver.url).host.replace('127.0.0.1', 'known-to-the-proxy.invalid')}`,
  ])
})

t.test('asks no proxy for a metadata address', async (t) => {
  const proxy = await startConnectProxy(t)
  const post = open(t, proxy.url)
  for (const host of ['169.254.169.254', '2852039166', '[fd00:ec2::254]'])
    t.strictSame(await post(`https://${host}/`), { kind: 'rejected', reason: 'address' })
  t.equal(proxy.connections(), 0)
})

t.test('asks a proxy that fails once an attempt', async (t) => {
  const proxy = await startConnectProxy(t)
  const post = open(t, proxy.url)
  const rows: [Parameters<typeof proxy.answerWith>[0], object][] = [
    [407, { kind: 'rejected', reason: 'proxy' }],
    [403, { kind: 'rejected', reason: 'proxy' }],
    [502, { kind: 'retry', reason: 'proxy' }],
    [(socket) => socket.end(), { kind: 'retry', reason: 'proxy' }],
    [() => {}, { kind: 'retry', reason: 'proxy' }],
  ]
  for (const [answer, expected] of rows) {
    proxy.answerWith(answer)
    t.strictSame(await post('https://a.invalid/'), expected)
  }
  t.equal(proxy.connections(), rows.length)
  const dead = open(t, `http://127.0.0.1:${await freePort()}`)
  t.strictSame(await dead('https://a.invalid/'), { kind: 'retry', reason: 'proxy' })
})
