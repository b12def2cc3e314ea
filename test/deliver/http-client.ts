import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { HttpClient } from '../../src/deliver/http-client.js'
import { outcomeOfError } from '../../src/deliver/outcome.js'
import { startReceiver } from '../fixtures/receiver.js'
import { freePort } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

function open(t: Test, allowPrivate = true): (url: string) => Promise<unknown> {
  const http = new HttpClient({ allowPrivate })
  t.teardown(() => http.close())
  return (url) => http.post({ url, headers: { 'content-type': 'text/plain' }, body: 'x' }).catch(outcomeOfError)
}

t.test('gives the final status, and follows no redirect', async (t) => {
  const post = open(t)
  const [receiver, other] = [await startReceiver(t), await startReceiver(t)]
  receiver.answerWith(204, 503, (_request, response) => response.writeHead(307, { location: other.url }).end())
  t.strictSame([await post(receiver.url), await post(receiver.url), await post(receiver.url)], [204, 503, 307])
  t.equal(other.received.length, 0)
})

t.test('does not read an answer that never ends, and believes its status', async (t) => {
  const post = open(t)
  const receiver = await startReceiver(t)
  receiver.answerWith(
    (_request, response) => {
      response.writeHead(200)
      const chunk = Buffer.alloc(65_536)
      const fill = (): void => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', fill)
      fill()
    },
    (_request, response) => void response.writeHead(200).write('dripping'),
    (request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('cut', () => request.socket.destroy())
    },
  )
  t.strictSame([await post(receiver.url), await post(receiver.url), await post(receiver.url)], [200, 200, 200])
})

t.test('ends each attempt, however it is refused', async (t) => {
  const post = open(t)
  const receiver = await startReceiver(t)
  receiver.answerWith(
    (request) => request.socket.destroy(),
    () => {},
  )
  t.match(await post(receiver.url), { reason: 'network' })
  t.match(await post(receiver.url), { reason: 'timeout' }, 'no answer at all')
  t.match(await post(`http://127.0.0.1:${await freePort()}/`), { reason: 'network' })
  t.match(await post('http://no-such-host.invalid/'), { reason: 'network' })
})

t.test('refuses metadata addresses always, and private ones where it is told to', async (t) => {
  const [lenient, strict] = [open(t), open(t, false)]
  for (const host of ['169.254.169.254', '[::ffff:169.254.169.254]', '2852039166', '0xa9.254.169.254']) {
    t.match(await lenient(`http://${host}/`), { reason: 'address' }, host)
  }
  const receiver = await startReceiver(t)
  t.match(await strict(receiver.url), { reason: 'address' })
  t.match(await strict(receiver.url.replace('127.0.0.1', 'localhost')), { reason: 'address' })
  t.equal(receiver.received.length, 0)
})

t.test('trusts no certificate that Node does not', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'logsiren-tls-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '1',
      '-subj',
      '/CN=localhost',
    ],
    { stdio: 'ignore' },
  )
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) =>
    response.end(),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  t.match(await open(t)(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`), { reason: 'certificate' })
})

t.test('leaves the host’s own fetch and its dispatcher alone', async (t) => {
  const receiver = await startReceiver(t)
  const program = `import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator({ url: '${receiver.url}', threshold: 1 })
    evaluator.observe({ statusCode: 500 })
    await evaluator.close()
    const { Agent } = await import('undici')
    const slot = globalThis[Symbol.for('undici.globalDispatcher.1')]
    const { status } = await fetch('${receiver.url}')
    process.stdout.write([slot instanceof Agent, Symbol.for('undici.globalDispatcher.2') in globalThis, status].join())`
  t.match(await run(program), { code: 0, stdout: 'false,false,204', stderr: '' })
  t.equal(receiver.received.length, 2)
})
