// npm run bench: what do log lines cost when they go to logsiren, against letting them go? See README.md.
import assert from 'node:assert/strict'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { backtestSuites } from './suites/backtest.js'
import { countingSuites } from './suites/counting.js'
import { pinoSuites, startSuites } from './suites/pino.js'
import { watchSuites } from './suites/watch.js'
import { winstonSuites } from './suites/winston.js'
import { inTurns, summarize } from './support/measure.js'
import { startReceiver } from './support/receiver.js'
import { startRedis } from './support/redis.js'
import { table } from './support/table.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string' }, only: { type: 'string' } },
})
assert(
  positionals.every((word) => word === 'quick'),
  `Expected nothing or \`quick\`, got \`${positionals.join(' ')}\``,
)
const isQuick = positionals.length > 0
const rounds = Number(values.rounds ?? (isQuick ? 1 : 5))
assert(Number.isInteger(rounds) && rounds > 0, 'Expected `--rounds` to be a positive integer')

const receiver = await startReceiver()
const redis = await startRedis()
try {
  const work = { origin: receiver.origin, redis, share: isQuick ? 0.02 : 1 }
  const suites = [
    ...pinoSuites(work),
    ...winstonSuites(work),
    ...startSuites(),
    ...countingSuites(work),
    ...watchSuites(work),
    ...backtestSuites(work),
  ].filter(({ title }) => title.includes(values.only ?? ''))
  assert(suites.length > 0, `Expected \`--only\` to be part of a title, got \`${values.only}\``)
  const sections = []
  for (const suite of suites) sections.push(...(await report(suite)))
  const result = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpuCount: cpus().length,
    rounds,
    sections,
  }
  console.log(values.json ? JSON.stringify(result, null, 2) : table(result))
  if (isQuick && !values.json) console.log('\nFar too few lines to compare: this shows that it works.')
} finally {
  receiver.close()
  await redis.close()
}

/** The sections of one suite: one for each figure that its runs give. Its first contender is ours. */
async function report({ title, contenders, measures, rounds: times = 1 }) {
  const runs = await inTurns(contenders, rounds * times, () => process.stderr.write('.'))
  process.stderr.write('\n')
  return measures.map(({ figure, unit, digits, first = contenders.length }) => {
    const rows = contenders
      .slice(0, first)
      .map(({ label }, i) => ({ label, ...summarize(runs[i], figure), all: runs[i].map((run) => run[figure]) }))
    const ours = rows[0].median
    return {
      title,
      unit,
      digits,
      contenders: rows.map((row, i) => (i === 0 ? row : { ...row, ratio: ours / row.median })),
    }
  })
}
