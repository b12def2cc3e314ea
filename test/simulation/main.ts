// The command line of `npm run simulate`: plays seeds and prints which promises they break, shrinks a seed, or plays a plan.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { judge } from './books/books.js'
import { groupedBy } from './books/views.js'
import { missingHits, newHits } from './hits.js'
import type { Plan } from './plan.js'
import { play, traceOf } from './play.js'
import { Server } from './server.js'
import { shape } from './shapes.js'
import { shrink } from './shrink.js'
import { storyOf } from './story.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    only: { type: 'string' },
    shrink: { type: 'string' },
    promise: { type: 'string' },
    rule: { type: 'string' },
    plan: { type: 'string' },
    story: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
})
const only = values.only === undefined ? undefined : new Set(values.only.split(','))
const print = (line: string): void => void process.stdout.write(`${line}\n`)
const server = await Server.start()

try {
  if (values.plan !== undefined) await playPlan(JSON.parse(readFileSync(values.plan, 'utf8')) as Plan)
  else if (values.shrink !== undefined) await shrinkSeed(Number(values.shrink))
  else await playSeeds(Number(values.from), Number(values.seeds))
} finally {
  await server.end()
}

async function playPlan(plan: Plan): Promise<void> {
  const journal = await play(server, plan)
  const problems = judge(journal)
  for (const { promise, rule, text } of problems) print(`${promise} (${rule}): ${text}`)
  if (values.story) for (const line of storyOf(journal, values.rule)) print(line)
  print(`${problems.length} broken promises, trace ${traceOf(journal)}`)
  if (problems.length > 0) process.exitCode = 1
}

async function playSeeds(from: number, count: number): Promise<void> {
  const startedMs = performance.now()
  const total = newHits()
  const seedsOf = new Map<string, Set<number>>()
  for (let seed = from; seed < from + count; seed += 1) {
    const journal = await play(server, shape(seed, only))
    for (const [kind, hits] of Object.entries(journal.hits)) total[kind] = (total[kind] ?? 0) + hits
    const problems = judge(journal)
    if (values.story) for (const line of storyOf(journal, values.rule)) print(line)
    if (values.trace) print(`${seed} ${traceOf(journal)}`)
    for (const [name, [first, ...more]] of groupedBy(problems, ({ promise, rule }) => `${promise} (${rule})`)) {
      print(`seed ${seed}: ${name}: ${first?.text}${more.length === 0 ? '' : `, and ${more.length} more`}`)
    }
    for (const { promise } of problems) seedsOf.set(promise, (seedsOf.get(promise) ?? new Set()).add(seed))
  }
  const seconds = (performance.now() - startedMs) / 1000
  print(`\n${count} seeds in ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} a second`)
  for (const [promise, seeds] of [...seedsOf].sort((a, b) => b[1].size - a[1].size))
    print(`${promise}: ${seeds.size} seeds, such as ${[...seeds].slice(0, 8).join(', ')}`)
  print(
    `effects: ${Object.entries(total)
      .map(([kind, hits]) => `${kind} ${hits}`)
      .join(', ')}`,
  )
  const missing = only === undefined ? missingHits(total, count) : []
  if (missing.length > 0) print(`without effect: ${missing.join(', ')}`)
  if (seedsOf.size > 0 || missing.length > 0) process.exitCode = 1
}

async function shrinkSeed(seed: number): Promise<void> {
  const plan = shape(seed, only)
  const problems = judge(await play(server, plan))
  const found = problems.find(
    ({ promise, rule }) =>
      (values.promise === undefined || promise === values.promise) &&
      (values.rule === undefined || rule === values.rule),
  )
  if (found === undefined) throw new Error(`Expected seed ${seed} to break ${values.promise ?? 'a promise'}`)
  const { promise, rule } = found
  const holds = async (one: Plan): Promise<boolean> =>
    judge(await play(server, one)).some((problem) => problem.promise === promise && problem.rule === rule)
  const { plan: least, runs } = await shrink(plan, holds)
  process.stderr.write(
    `${promise} (${rule}): ${plan.actions.length} actions of ${plan.processes.length} processes to ${least.actions.length} of ${least.processes.length} in ${runs} runs\n`,
  )
  for (const { text } of judge(await play(server, least))) process.stderr.write(`  ${text}\n`)
  print(JSON.stringify({ ...least, breaks: `${promise} (${rule})` }, undefined, 2))
}
