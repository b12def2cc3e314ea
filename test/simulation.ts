// A whole fleet on virtual time: schedules that once broke a promise, forty seeds, and the books themselves.
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { root } from './fixtures/root.js'
import { judge } from './simulation/books/books.js'
import type { Problem } from './simulation/books/problem.js'
import { cases, journalOf } from './simulation/cases.js'
import { kindsOfHits } from './simulation/hits.js'
import type { Plan } from './simulation/plan.js'
import { play, traceOf } from './simulation/play.js'
import { Server } from './simulation/server.js'
import { shape } from './simulation/shapes.js'
import { shrink } from './simulation/shrink.js'

/** Seeds that are quick to play, and in which together every kind of trouble has an effect. */
const FIXED_SEEDS = [
  6, 7, 8, 9, 10, 15, 17, 19, 22, 23, 24, 25, 27, 29, 30, 31, 33, 34, 35, 36, 37, 38, 39, 41, 42, 45, 46, 47, 48, 49,
  50, 53, 54, 58, 59, 60, 61, 62, 71, 98,
]

const plans = `${root}test/simulation/plans/`
const server = await Server.start()
t.teardown(() => server.end())

function named(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ promise, rule, text }) => `${promise} (${rule}): ${text}`)
}

t.test('every book fires where its promise is broken, and is silent where it is kept', async (t) => {
  for (const { promise, broken, kept } of cases) {
    const found = judge(journalOf(broken)).map((problem) => problem.promise)
    t.strictSame([...new Set(found)], [promise], promise)
    for (const [why, journal] of Object.entries(kept)) {
      t.notOk(
        judge(journalOf(journal)).some((problem) => problem.promise === promise),
        `${promise}: ${why}`,
      )
    }
  }
})

t.test('schedules that once broke a promise break none', async (t) => {
  const files = readdirSync(plans).filter((file) => file.endsWith('.json'))
  t.ok(files.length > 0, 'plans were found')
  for (const file of files) {
    const plan = JSON.parse(readFileSync(`${plans}${file}`, 'utf8')) as Plan
    t.strictSame(named(judge(await play(server, plan))), [], `${file} (${plan.fault}, ${plan.breaks})`)
  }
})

t.test('forty schedules of a seed break no promise, and every kind of trouble has effect', async (t) => {
  const hits = new Set<string>()
  for (const seed of FIXED_SEEDS) {
    const journal = await play(server, shape(seed))
    t.strictSame(named(judge(journal)), [], `seed ${seed}`)
    for (const kind of Object.keys(journal.hits)) hits.add(kind)
  }
  t.strictSame(
    kindsOfHits.filter((kind) => !hits.has(kind)),
    [],
  )
})

t.test('a seed is the same whenever it is played', async (t) => {
  const first = traceOf(await play(server, shape(3)))
  await play(server, shape(4))
  t.equal(traceOf(await play(server, shape(3))), first)
})

t.test('shrinking finds the actions that matter', async (t) => {
  const given = shape(5)
  const [burst] = given.actions.filter(({ kind }) => kind === 'burst')
  const isBurst = JSON.stringify({ ...burst, atMs: 0, spanMs: 0 })
  const { plan } = await shrink(given, async ({ actions }) =>
    actions.some((action) => JSON.stringify({ ...action, atMs: 0, spanMs: 0 }) === isBurst),
  )
  t.equal(plan.actions.length, 1)
  t.ok(plan.processes.length <= given.processes.length)
})
