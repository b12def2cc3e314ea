import { once } from 'node:events'
import t from 'tap'
import { runCli, startCli } from '../fixtures/cli.js'
import { freePort, startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

t.test('serves the endpoint until it is ended, with a token of its own where none is given', async (t) => {
  const configKey = redis.newConfigKey()
  for (const given of [undefined, 'tok']) {
    const args = ['admin', '--port', '0', '--redis', redis.url, '--config-key', configKey]
    const child = startCli(args, given === undefined ? {} : { env: { LOGSIREN_TOKEN: given } })
    let said = ''
    for await (const chunk of child.stdout) {
      said += String(chunk)
      if (given !== undefined || said.includes('Token')) break
    }
    const [, page = ''] = /^Open (http:\/\/127\.0\.0\.1:\d+\/admin\/logs\/webhook\/)$/m.exec(said) ?? []
    const [, token = given ?? ''] = /^Token, for this run: (\S{20,})$/m.exec(said) ?? []
    const headers = { authorization: `Bearer ${token}` }
    t.match(await (await fetch(page.replace(/\/$/, ''), { headers })).json(), { threshold: 10 })
    t.equal((await fetch(page.replace(/\/$/, ''))).status, 401)
    child.kill('SIGTERM')
    const [code] = await once(child, 'close')
    t.equal(code, 0)
    if (given !== undefined) t.notMatch(said, new RegExp(given), 'a token that was given is not shown')
  }
})

t.test('says what is wrong', async (t) => {
  t.match(await runCli(['admin', '--redis', redis.url]), { code: 2, stderr: /--port/ })
  t.match(await runCli(['admin', '--port', '99999', '--redis', redis.url]), { code: 2, stderr: /port from 0 to 65535/ })
  t.match(await runCli(['admin', '--port', '0']), { code: 2, stderr: /--redis/ })
  for (const flags of [
    ['--token', 'with a blank'],
    ['--path', 'no/slash'],
  ]) {
    const args = ['admin', '--port', '0', '--redis', redis.url, ...flags]
    t.match(await runCli(args), { code: 2, stderr: /^logsiren: bad options: Expected `(token|path)` [^\n]+\n$/ })
  }
  const port = await freePort()
  const first = startCli(['admin', '--port', String(port), '--redis', redis.url])
  await once(first.stdout, 'data')
  t.match(await runCli(['admin', '--port', String(port), '--redis', redis.url]), {
    code: 1,
    stderr: /^logsiren: .*EADDRINUSE/,
  })
  first.kill()
})

t.test('what it says to open is there, wherever it is served', async (t) => {
  for (const path of ['/', '/ops/', '/ops']) {
    const child = startCli(['admin', '--port', '0', '--redis', redis.url, '--path', path])
    let said = ''
    for await (const chunk of child.stdout) {
      said += String(chunk)
      if (said.includes('Token')) break
    }
    const [, page = ''] = /^Open (\S+)$/m.exec(said) ?? []
    const answer = await fetch(page, { headers: { accept: 'text/html' } })
    t.match([answer.status, answer.headers.get('content-type')], [200, /html/], page)
    child.kill('SIGTERM')
    await once(child, 'close')
  }
})

t.test('warns of what makes it easy to get in', async (t) => {
  const run = async (token: string, host: string): Promise<string> => {
    const args = ['admin', '--port', '0', '--redis', redis.url, '--host', host]
    const child = startCli(args, { env: { LOGSIREN_TOKEN: token } })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said += String(chunk)
    })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    await once(child, 'close')
    return said
  }
  t.equal(await run('a-token-that-is-long', '127.0.0.1'), '')
  const said = await run('short', '0.0.0.0')
  t.match(said.split('\n'), [
    /^logsiren: the token has 5 characters, which can be guessed: take at least 16$/,
    /without TLS/,
    '',
  ])
})
