import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text as textOf } from 'node:stream/consumers'
import t from 'tap'
import { runWatch } from '../../src/cli/watch.js'
import { eventually } from '../fixtures/eventually.js'
import { startReceiver } from '../fixtures/receiver.js'
import { freePort, startRedis } from '../fixtures/redis.js'
import { root } from '../fixtures/root.js'

const cli = `${root}dist/cli.js`
const watch = `${JSON.stringify(process.execPath)} ${JSON.stringify(cli)} watch`
const { NODE_V8_COVERAGE: _coverage, NODE_OPTIONS: _options, REDIS_URL: _redis, ...rest } = process.env
const env = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('LOGSIREN_')))

const error = '{"level":50,"msg":"db timeout"}\n'

interface Shell {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: Buffer; readonly stderr: string }>
}

/** A pipeline in a process group of its own, as a terminal starts it; `node` and `watch` stand for what is tested. */
function shell(pipeline: string, variables: Record<string, string> = {}): Shell {
  const child = spawn('bash', ['-o', 'pipefail', '-c', pipeline], { env: { ...env, ...variables }, detached: true })
  const stdout: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk
  })
  return {
    child,
    stdout: () => Buffer.concat(stdout).toString(),
    ended: once(child, 'close').then(([code]) => ({ code, stdout: Buffer.concat(stdout), stderr })),
  }
}

/** A program of this text. */
function node(program: string): string {
  return `${JSON.stringify(process.execPath)} -e '${program}'`
}

t.test('passes on every byte as it is, however much and whatever it is', async (t) => {
  const pieces = [
    error,
    'plain \u001b[31mcolours\u001b[39m\n',
    Buffer.from([0xff, 0xfe, 0x00, 0x0a, 0xc3]),
    `${'long '.repeat(300_000)}\n`,
    randomBytes(1_000_000),
    error.repeat(1000),
    '\r\n\n\n',
    'no newline at the end',
  ]
  const input = Buffer.concat([...Array(20)].flatMap(() => pieces.map((piece) => Buffer.from(piece))))
  t.ok(input.length > 50_000_000)
  for (const parser of ['auto', 'json']) {
    const { child, ended } = shell(`${watch} --parser ${parser} --url http://127.0.0.1:9 --threshold 2147483647`)
    child.stdin?.end(input)
    const { code, stdout, stderr } = await ended
    t.strictSame([code, stderr], [0, ''])
    t.equal(hash(stdout), hash(input), parser)
  }
})

t.test('survives Ctrl-C until the program before it has said its last words', async (t) => {
  const { url, received } = await startReceiver(t)
  const program = `
    process.on("SIGINT", () => setTimeout(() => { console.log("ERROR last words"); process.exit(130) }, 300))
    setInterval(() => {}, 1000)
    console.log("ready")`
  const { child, stdout, ended } = shell(`${node(program)} | ${watch} --url ${url} --threshold 1`)
  await eventually(() => stdout().includes('ready'))
  for (let i = 0; i < 2; i += 1) process.kill(-Number(child.pid), 'SIGINT')
  const result = await ended
  t.match(result.stdout.toString(), 'ready\nERROR last words\n')
  t.equal(result.stderr, '')
  t.match(received, [{ body: { count: 1, sample: { error_message: 'last words' } } }])
})

t.test('ends at Ctrl-C where somebody types what it reads', async (t) => {
  // Shells differ in what they do after Ctrl-C, and `script` takes the user's: none is left once it has started the program.
  const command = `exec ${watch} --url http://127.0.0.1:9`
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk
  })
  await eventually(() => shown.includes('reading from the terminal; end with Ctrl-D'))
  child.stdin.write('typed\n')
  // As it is typed, and as it is passed on.
  await eventually(() => shown.match(/typed/g)?.length === 2)
  child.stdin.write('\u0003')
  t.strictSame(await once(child, 'close'), [0, null])
})

t.test('survives the end of a service, and ends at a second SIGTERM', async (t) => {
  const { url, received } = await startReceiver(t)
  const { child, stdout, ended } = shell(`exec ${watch} --url ${url} --threshold 1`)
  child.stdin?.write('first\n')
  await eventually(() => stdout().includes('first'))
  child.kill('SIGTERM')
  child.kill('SIGHUP')
  child.stdin?.write('ERROR second\n')
  await eventually(() => stdout().includes('second'))
  child.kill('SIGTERM')
  t.match(await ended, { code: 0, stderr: '' })
  t.match(received, [{ body: { count: 1 } }])
})

t.test('goes on reading and counting when nobody reads its output any more', async (t) => {
  const { url, received } = await startReceiver(t)
  const program = `
    let lines = 0
    const timer = setInterval(() => {
      console.log("ERROR " + "x".repeat(1000))
      if (++lines === 300) { clearInterval(timer); process.exitCode = 7 }
    }, 1)
    process.stdout.on("error", () => process.exit(1))`
  const { ended } = shell(`${node(program)} | (${watch} --url ${url} --threshold 300; echo "watch: $?" >&2) | head -1`)
  t.match(await ended, { code: 7, stderr: 'watch: 0\n' })
  t.match(received, [{ body: { count: 300 } }])
})

t.test('says once that its output cannot be written, counts all the same, and fails in the end', async (t) => {
  const { url, received } = await startReceiver(t)
  const program = 'for i in 1 2 3; do echo "ERROR db timeout"; sleep 0.1; done'
  const { code, stderr } = await shell(`(${program}) | ${watch} --url ${url} --threshold 3 > /dev/full`).ended
  t.equal(code, 1)
  t.match(stderr, /^logsiren: .*\(ENOSPC\).*\nlogsiren: not all lines .*\(ENOSPC\)\n$/)
  t.match(received, [{ body: { count: 3 } }])
})

t.test('reads slowly where its output is read slowly', async (t) => {
  const { child, ended } = shell(`${watch} --url http://127.0.0.1:9 | (sleep 0.7; wc -c)`)
  const isTakenAtOnce = child.stdin?.write('x\n'.repeat(5_000_000))
  child.stdin?.end()
  t.equal(isTakenAtOnce, false)
  t.match((await ended).stdout.toString(), /^\s*10000000\n$/)
})

t.test('counts what morgan writes', async (t) => {
  const program = (format: string): string => `
    const app = require("express")()
    app.use(require("morgan")("${format}"))
    app.get("/orders", (_, response) => response.status(503).end("away"))
    app.get("/", (_, response) => response.end("fine"))
    app.listen(0, "127.0.0.1", async function () {
      const origin = "http://127.0.0.1:" + this.address().port
      for (const path of ["/", "/orders?token=abc", "/missing", "/orders?\\"500", "/"]) {
        await (await fetch(origin + path, { headers: { "User-Agent": "it\\" 500 1 \\"" } })).text()
      }
      this.close()
      this.closeAllConnections()
    })`
  for (const format of ['combined', 'common', 'short', 'tiny', 'dev']) {
    const { url, received } = await startReceiver(t)
    const { ended } = shell(`${node(program(format))} | ${watch} --parser morgan --url ${url} --threshold 2`)
    const { code, stdout, stderr } = await ended
    t.strictSame([code, stderr], [0, ''], format)
    t.equal(stdout.toString().trim().split('\n').length, 5)
    const clientIp = ['tiny', 'dev'].includes(format) ? '' : '127.0.0.1'
    t.match(received, [{ body: { count: 2, sample: { status_code: 503, client_ip: clientIp } } }], format)
    t.strictSame(received[0]?.body.top.path, [{ value: '/orders', count: 2 }])
    t.notMatch(received[0]?.text, 'token')
  }
})

t.test('counts in Redis, with all others that do', async (t) => {
  const redis = await startRedis(t)
  const { url, received } = await startReceiver(t)
  const variables = { LOGSIREN_URL: url, LOGSIREN_REDIS: redis.url, LOGSIREN_CONFIG_KEY: redis.newConfigKey() }
  const both = [1, 2].map(() => shell(`echo 'level=error msg="db timeout"' | ${watch} --threshold 2`, variables))
  for (const { ended } of both) t.match(await ended, { code: 0, stderr: '' })
  t.match(received, [{ body: { count: 2, sample: { error_message: 'db timeout' } } }])
})

t.test('says on standard error what fails, in lines that never count', async (t) => {
  const { url, received } = await startReceiver(t)
  const port = await freePort()
  const { ended } = shell(
    `printf 'ERROR db timeout\\n' | ${watch} --url ${url} --threshold 1 --redis redis://127.0.0.1:${port}`,
  )
  const { code, stderr } = await ended
  t.equal(code, 0)
  t.match(stderr, /^logsiren: .*Redis.*\n$/)
  t.match(received, [{ body: { degraded: true } }])
  const fedBack = shell(`${watch} --url ${url} --threshold 1`)
  fedBack.child.stdin?.end(`${stderr}web-1  | ${stderr}2026-11-28T02:50:01Z ${stderr}`)
  await fedBack.ended
  t.equal(received.length, 1)
})

t.test('fails where it ends with an alert that nobody got, and says who goes on with it', async (t) => {
  const redis = await startRedis(t)
  const place = ` --url http://127.0.0.1:${await freePort()} --threshold 1`
  const kept = ` --redis ${redis.url} --config-key ${redis.newConfigKey()}`
  const away = ` --redis redis://127.0.0.1:${await freePort()}`
  for (const [flags, end] of [
    ['', /1 alert of default could not be delivered before the end, and nobody goes on with it: without --redis/],
    [
      kept,
      /1 alert of default could not be delivered before the end; another process with this Redis and config goes on/,
    ],
    [away, /1 alert of default could not be delivered before the end; raised while Redis was away, it is lost unless/],
  ] as const) {
    const { code, stderr } = await shell(`echo 'ERROR x' | ${watch}${place}${flags}`).ended
    t.equal(code, 1, flags)
    t.match(stderr.trimEnd().split('\n').at(-1), end)
  }
})

t.test('reads nothing where its flags make no sense', async (t) => {
  for (const [flags, expected] of [
    ['--threshold many', '--threshold'],
    ['--url https://user:s3cret@example.com', '--url'],
    ['--parser xml', '--parser'],
    ['--nonsense', '--nonsense'],
  ] as const) {
    const { child, ended } = shell(`exec ${watch} ${flags}`)
    child.stdin?.on('error', () => {})
    child.stdin?.end('a line\n')
    const { code, stdout, stderr } = await ended
    t.strictSame([code, stdout.length, stderr.trimEnd().split('\n').length], [2, 0, 1], flags)
    t.match(stderr, /^logsiren: /)
    t.match(stderr, expected)
    t.notMatch(stderr, 's3cret')
  }
})

t.test('says what it raises where it is asked to, and that nobody is told where nobody is', async (t) => {
  const { url } = await startReceiver(t)
  const listeners = process.listenerCount('SIGINT')
  const run = async (options: object, isVerbose = true): Promise<string> => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const said = textOf(stderr)
    const ended = runWatch(options, { parser: 'text', verbose: isVerbose }, { stdin, stdout, stderr })
    stdin.end('ERROR db\u0007 timeout\n')
    t.equal(await textOf(endAfter(ended, stdout)), 'ERROR db\u0007 timeout\n')
    await endAfter(ended, stderr)
    return said
  }
  t.match(
    await run({ url, threshold: 1, groupBy: 'errorMessage' }),
    /^logsiren: alert raised: rule default error_message=db timeout, 1 errors in 60 s, the last: db timeout; id \S+\nlogsiren: alert delivered \(status 204\): .*\n$/,
  )
  t.equal(await run({ url, threshold: 1 }, false), '')
  t.match(await run({}), /^logsiren: neither --url nor --redis is given.*\n$/)
  t.equal(process.listenerCount('SIGINT'), listeners)
})

/** The stream, which ends once that has. */
function endAfter(done: Promise<void>, stream: PassThrough): PassThrough {
  void done.then(() => stream.end())
  return stream
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
