// A storm in a fleet: hundreds of groups cross in one second in real processes, and the receiver takes one message a second, as Slack does.
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { eventually } from '../fixtures/eventually.js'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const PROCESSES = 4
const GROUPS = 500
const LIMIT = 10
/** How long an alert of another rule may wait. */
const MAX_WAIT_MS = 15_000

const redis = await startRedis(t)

interface Taken {
  readonly text: string
  readonly atMs: number
}

/** Takes one message a second, and answers 429 beyond. */
async function startLimited(t: Test): Promise<{ readonly url: string; readonly taken: readonly Taken[] }> {
  const taken: Taken[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      const atMs = Date.now()
      if (atMs < (taken.at(-1)?.atMs ?? 0) + 1000) {
        response.writeHead(429, { 'Retry-After': '1' }).end()
        return
      }
      taken.push({ text, atMs })
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, taken }
}

const program = (options: object): string => `
  import { createEvaluator } from 'logsiren'
  const evaluator = createEvaluator(${JSON.stringify(options)})
  const kinds = []
  evaluator.on('alert', (alert) => kinds.push(alert))
  await evaluator.flush()
  process.send('ready')
  process.on('message', async (what) => {
    if (what === 'storm')
      for (let round = 0; round < 3; round += 1)
        setTimeout(() => {
          for (let i = 0; i < ${GROUPS}; i += 1)
            evaluator.observe({ statusCode: 503, errorMessage: 'db timeout', model: 'storm-' + i })
        }, 200 * round)
    else if (what === 'stats') process.send({ stats: evaluator.stats(), kinds })
    else if (what === 'end') {
      await evaluator.close()
      process.disconnect()
    }
    else evaluator.observe({ statusCode: 503, errorMessage: what, model: 'one' })
  })`

interface Asked {
  readonly stats: { readonly alerts: number; readonly delivered: number }
  readonly kinds: readonly { readonly rule: string; readonly groups?: number; readonly count: number }[]
}

function ask(child: ChildProcess): Promise<Asked> {
  const answer = new Promise<Asked>((resolve) => child.once('message', (message) => resolve(message as Asked)))
  child.send('stats')
  return answer
}

t.test('hundreds of groups that cross at once take a few messages, and let other rules through', async (t) => {
  const { url, taken } = await startLimited(t)
  const ofRule = (name: string, more: object) => ({ name, match: { errorMessage: name }, threshold: 1, ...more })
  const options = {
    redis: redis.url,
    configKey: redis.newConfigKey(),
    url,
    format: 'slack',
    rules: [
      ofRule('storming', { match: { errorMessage: 'db timeout' }, threshold: 10, groupBy: 'model' }),
      ofRule('calm', {}),
      ofRule('beside', { groupBy: 'model' }),
    ],
  }
  const children: ChildProcess[] = []
  const ends = Array.from({ length: PROCESSES }, () =>
    run(program(options), { onStart: (child) => children.push(child) }),
  )
  t.teardown(() => {
    for (const child of children) child.kill('SIGKILL')
  })
  await Promise.all(children.map((child) => new Promise((resolve) => child.once('message', resolve))))
  for (const child of children) child.send('storm')
  // Wherever they are raised, the storm is in full swing.
  await eventually(() => taken.length >= 1)
  const raisedAtMs = Date.now()
  children[1]?.send('calm')
  children[2]?.send('beside')
  const isOf =
    (rule: string) =>
    ({ text }: Taken) =>
      new RegExp(`\\b${rule}\\b`).test(text)
  for (const rule of ['calm', 'beside']) {
    const found = await eventually(() => taken.find(isOf(rule)))
    const waitedMs = found.atMs - raisedAtMs
    t.comment(`${rule} waited ${waitedMs} ms`)
    t.ok(waitedMs <= MAX_WAIT_MS, `${rule} waited ${waitedMs} ms`)
  }
  for (const count of [LIMIT / 2, LIMIT + 1 + 2]) await eventually(() => taken.length >= count)
  const asked = await Promise.all(children.map(ask))
  t.equal(
    asked.reduce((sum, { stats }) => sum + stats.alerts, 0),
    LIMIT + 1 + 2,
    'none is raised that was not taken',
  )
  const storming = asked.flatMap(({ kinds }) => kinds).filter(({ rule }) => rule === 'storming')
  t.equal(storming.filter(({ groups }) => groups === undefined).length, LIMIT)
  const many = storming.filter(({ groups }) => groups !== undefined)
  t.equal(many.length, 1, 'the others share one')
  t.comment(`(many) tells of ${many[0]?.groups} groups with ${many[0]?.count} errors`)
  t.match(
    taken.find(({ text }) => / groups of storming/.test(text))?.text,
    new RegExp(`${many[0]?.groups} groups of storming`),
  )
  t.equal(taken.filter(isOf('storming')).length, LIMIT + 1)
  t.comment(`all were taken within ${(taken.at(-1)?.atMs ?? 0) - (taken[0]?.atMs ?? 0)} ms`)
  for (const child of children) child.send('end')
  for (const ended of ends) t.match(await ended, { code: 0, stderr: '' })
})
