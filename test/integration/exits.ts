// However a process ends, what it logged on its last line becomes what RECIPES' table promises for each way in.
import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  columns,
  type End,
  ends,
  type Promised,
  recipesTable,
  runAs,
  strangeIn,
  type WayIn,
  waysIn,
} from '../fixtures/exits.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { root } from '../fixtures/root.js'

t.setTimeout(300_000)
const redis = await startRedis(t)
/** Processes at a time. */
const JOBS = 2
/** What is promised within `closeTimeoutMs` is seen on a busy machine too: this is as long as a worker may take. */
const PATIENT = { closeTimeoutMs: 9000, timeoutMs: 9000 }

function endCalled(name: string): End {
  const found = ends.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no end is called ${name}`)
  return found
}

t.test('RECIPES shows this table', (t) => {
  const recipes = readFileSync(`${root}RECIPES.md`, 'utf8')
  t.ok(recipes.includes(`\n\n${recipesTable()}\n\n`), recipesTable())
  t.end()
})

interface Cell {
  readonly wayIn: WayIn
  readonly end: End
  readonly promised: Promised | undefined
  /** Waits for the worker, if anything. */
  readonly before: string
}

const cells: readonly Cell[] = ends.flatMap((end) =>
  columns.flatMap(({ waysIn }, index) =>
    waysIn.flatMap((wayIn: WayIn) => {
      if (wayIn.isOnlyFor === 'thrown' && end.isThrown !== true) return []
      if (wayIn.isOnlyFor === 'abrupt' && end.isAbrupt !== true) return []
      const moments = end.isAbrupt === true && wayIn.ready !== undefined ? ['', wayIn.ready] : ['']
      return moments.map((before) => ({ wayIn, end, promised: end.promised[index], before }))
    }),
  ),
)

t.test('an error on the last line is delivered as promised', { jobs: JOBS }, async (t) => {
  for (const { wayIn, end, promised, before } of cells)
    t.test(`${end.name}: ${wayIn.name}${before === '' ? '' : ', once it is ready'}: ${promised}`, async (t) => {
      const receiver = await startReceiver(t)
      // What winston handles is an error by itself.
      const isHandled = wayIn.handlesThrown === true && end.isThrown === true
      const [threshold, message] = isHandled ? [2, 'crash'] : [1, 'last words']
      const ended = await runAs(wayIn, { url: receiver.url, threshold, ...PATIENT }, `${before}\n${end.program}`)
      t.strictSame(strangeIn(ended, end, isHandled), [])
      const { received } = receiver
      if (promised === 'delivered') t.equal(received.length, 1)
      if (promised === 'lost') t.equal(received.length, 0)
      if (received.length > 0) t.match(received, [{ body: { count: threshold, sample: { error_message: message } } }])
      t.ok(received.length <= 1)
    })
})

t.test('a loop of crashes is one alert, though each process logs one error only', { jobs: JOBS }, async (t) => {
  const loops: [wayIn: WayIn, end: string, processes: number, errorsEach: number][] = [
    [waysIn.pinoTarget, 'uncaught throw', 4, 1],
    [waysIn.pinoTarget, '`process.exit()`', 4, 1],
    [waysIn.winstonWorker, 'uncaught throw', 4, 1],
    [waysIn.winstonWorker, '`process.exit()`', 4, 1],
    [waysIn.winstonHandles, 'unhandled rejection', 2, 2],
  ]
  for (const [wayIn, name, processes, errorsEach] of loops)
    t.test(`${wayIn.name}: ${name}`, async (t) => {
      const receiver = await startReceiver(t)
      const threshold = processes * errorsEach
      // However long the processes take to start, their errors are in one window.
      const windowSeconds = 600
      const shared = { redis: redis.url, configKey: redis.newConfigKey() }
      const options = { url: receiver.url, threshold, windowSeconds, ...shared, ...PATIENT }
      for (let i = 1; i <= processes; i += 1) {
        t.equal(receiver.received.length, 0, `before process ${i}`)
        const ended = await runAs(wayIn, options, endCalled(name).program)
        t.strictSame(strangeIn(ended, endCalled(name), wayIn.handlesThrown), [])
      }
      const message = wayIn.handlesThrown === true ? 'crash' : 'last words'
      t.match(receiver.received, [{ body: { count: threshold, sample: { error_message: message } } }])
      t.equal(receiver.received.length, 1)
    })
})
