import t from 'tap'
import { ARGS_PER_ENTRY, ENTRIES, FIRST_ARGS, FIRST_KEYS } from '../../../../src/store/redis/lua/entries.js'
import { startRedis } from '../../../fixtures/redis.js'

// What becomes of entries is what the contract suite of the stores is about; here is what it does not see.
const redis = await startRedis(t)

t.test('gives each entry its own keys, arguments and counts, however many those of the one before were', async (t) => {
  const entry = (name: string, counts: readonly number[]): (string | number)[] => [
    ...[
      `${name}-series`,
      name,
      'sliding',
      60_000,
      10,
      300_000,
      0,
      1,
      'destination',
      '',
      0,
      '',
      '',
      `${name}-draft`,
      '',
    ],
    counts.length / 2,
    ...counts,
  ]
  t.equal(entry('a', []).length, ARGS_PER_ENTRY)
  const args = [...Array<string>(FIRST_ARGS).fill(''), ...entry('a', [100, 1, 200, 2]), ...entry('b', [300, 3])]
  const keys = Array.from({ length: FIRST_KEYS + 8 }, (_, i) => `{k}${i + 1}`)
  const text = `local entries, sent = 2, 1000
    ${ENTRIES}
    local list, told = readEntries(), {}
    for _, e in ipairs(list) do
      told[#told + 1] = table.concat({ e.series, e.counters[1], e.alertKey, e.draft, e.latest, e.counts[#e.counts][2] }, ' ')
    end
    return told`
  t.strictSame(await redis.client.eval(text, keys.length, ...keys, ...args), [
    `a-series {k}${FIRST_KEYS + 1} {k}${FIRST_KEYS + 4} a-draft 900 2`,
    `b-series {k}${FIRST_KEYS + 5} {k}${FIRST_KEYS + 8} b-draft 700 3`,
  ])
})
