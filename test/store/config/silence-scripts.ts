import t from 'tap'
import { MAX_SILENCES, readSilence } from '../../../src/rule/silence.js'
import { inForce } from '../../../src/store/config/silence-key.js'
import { addSilenceScript, endSilenceScript, listSilencesScript } from '../../../src/store/config/silence-scripts.js'
import { fc } from '../../fixtures/properties.js'
import { startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)
const clock = `local now = tonumber(redis.call('GET', KEYS[1] .. ':now'))`
/** Redis lets keys end by its own clock, so the test's one begins there. */
const startMs = Date.now() + 1000

async function open() {
  const key = `${redis.newConfigKey()}:silences`
  const evaluate = (text: string, ...args: (string | number)[]) => redis.client.eval(text, 1, key, ...args)
  const setNow = (ms: number): Promise<unknown> => redis.client.set(`${key}:now`, ms, 'EX', 600)
  await setNow(startMs)
  let versions = 0
  return {
    key,
    setNow,
    add: async (id: string, forMs: number) => {
      versions += 1
      return String(await evaluate(addSilenceScript(clock).text, `v${versions}`, id, forMs, `"id":"${id}"}`))
    },
    end: async (id: string) => {
      versions += 1
      return evaluate(endSilenceScript(clock).text, `v${versions}`, id)
    },
    list: async () => (await evaluate(listSilencesScript(clock).text)) as [now: string, texts: string[]],
  }
}

const ids = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc']
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('add'), id: fc.constantFrom(...ids), forMs: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('end'), id: fc.constantFrom(...ids, 'version', 'none') }),
    fc.record({ kind: fc.constant('wait'), ms: fc.integer({ min: 1, max: 6 }) }),
  ),
  { maxLength: 30 },
)

t.test('keeps those that have not ended, names each state anew, and ends with the last of them', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (schedule) => {
      const { key, add, end, list, setNow } = await open()
      const hour = 3_600_000
      const model = new Map<string, number>()
      let now = startMs
      let version: string | null = null
      for (const step of schedule) {
        // That one is over changes nothing of what anybody knows.
        for (const [id, until] of model) if (until <= now) model.delete(id)
        const before = JSON.stringify([...model].sort())
        if ('ms' in step) {
          now += step.ms * hour
          await setNow(now)
          continue
        }
        if ('forMs' in step) {
          const until = now + step.forMs * hour
          const text = await add(step.id, step.forMs * hour)
          same(text, `{"until":${until},"createdAt":${now},"id":"${step.id}"}`)
          same(readSilence(text)?.untilMs, until)
          model.set(step.id, until)
        } else {
          same(await end(step.id), Number(model.has(step.id)))
          model.delete(step.id)
        }
        const [, texts] = await list()
        const known = inForce(texts, now).map(({ id, untilMs }) => [id, untilMs])
        same(JSON.stringify(known.sort()), JSON.stringify([...model].sort()))
        const stored = await redis.client.hget(key, 'version')
        same(stored === null, model.size === 0)
        if (before !== JSON.stringify([...model].sort()) && stored !== null) same(stored === version, false)
        const leftMs = Math.max(...model.values()) - now
        const ttlMs = await redis.client.pttl(key)
        // By Redis's own clock, which the test does not move. All are whole hours, and no test takes one.
        if (stored !== null && stored !== version) same(ttlMs <= leftMs && ttlMs > leftMs - hour, true)
        version = stored
      }
    }),
  )
})

function same(seen: unknown, expected: unknown): void {
  if (seen !== expected) throw new Error(`${seen}, not ${expected}`)
}

t.test('takes so many and no more, and again where one has ended', async (t) => {
  const { key, add, end, list, setNow } = await open()
  const idOf = (at: number): string => `id${String(at).padStart(6, '0')}`
  for (let at = 0; at < MAX_SILENCES; at += 1) t.not(await add(idOf(at), at === 7 ? 1000 : 60_000), '')
  const version = await redis.client.hget(key, 'version')
  t.equal(await add('onemore1', 1000), '')
  t.equal(await redis.client.hget(key, 'version'), version, 'nothing has changed')
  t.equal(await end(idOf(3)), 1)
  t.not(await add('onemore1', 60_000), '')
  t.equal(await add('onemore2', 1000), '')
  await setNow(startMs + 1000)
  t.equal(await end(idOf(7)), 0, 'it is over')
  t.not(await add('onemore2', 1000), '')
  t.equal((await list())[1].filter((text) => text.includes(idOf(7))).length, 0)
})

t.test('what others have put there stops nothing', async (t) => {
  const { key, add, end, list } = await open()
  await redis.client.lpush(key, 'a list')
  t.strictSame(await list(), [String(startMs), []])
  t.equal(await end('aaaaaaaa'), 0)
  await redis.client.lpush(key, 'a list')
  t.not(await add('aaaaaaaa', 60_000), '')
  await redis.client.hset(key, { x: 'y', version: '', z: `{"until":${'9'.repeat(400)},` })
  t.not(await add('bbbbbbbb', 60_000), '')
  t.strictSame((await redis.client.hkeys(key)).sort(), ['aaaaaaaa', 'bbbbbbbb', 'version'])
})
