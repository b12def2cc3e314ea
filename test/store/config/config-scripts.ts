import t from 'tap'
import { readConfigScript, replaceConfigScript } from '../../../src/store/config/config-scripts.js'
import { startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)

function open() {
  const key = redis.newConfigKey()
  const keys = [key, `${key}:revision`]
  return {
    key,
    read: async () => (await redis.client.eval(readConfigScript.text, 2, ...keys)) as string[],
    replace: async (...args: string[]) =>
      String(await redis.client.eval(replaceConfigScript.text, 2, ...keys, ...args)),
  }
}

t.test('writes only where nobody else has since it was read', async (t) => {
  const { key, replace } = open()
  t.equal(await replace('text', '{}', '{"a":1}'), '', 'it is gone')
  t.match(await replace('missing', '', '{"a":1}'), /^\d+$/)
  t.equal(await replace('missing', '', '{"a":2}'), '', 'it is there by now')
  t.match(await replace('text', '{"a":1}', '{"a":2}'), /^\d+$/)
  t.equal(await redis.client.get(key), '{"a":2}')
  t.match(await replace('text', '{"a":2}', ''), /^\d+$/)
  t.equal(await redis.client.exists(key), 0)
})

t.test('a revision names a state, whoever has written it, and holds nothing of it', async (t) => {
  const { key, read, replace } = open()
  const [kind, text, missing] = await read()
  t.strictSame([kind, text], ['missing', ''])
  t.strictSame((await read())[2], missing, 'the same while nothing changes')
  await redis.client.set(key, '{"secret":"canary"}')
  const [, stored, first] = await read()
  t.equal(stored, '{"secret":"canary"}')
  await redis.client.set(key, '{"secret":"canary"} ')
  const [, , second] = await read()
  const third = await replace('text', '{"secret":"canary"} ', '{}')
  t.equal((await read())[2], third, 'what a write gives is what is read')
  const revisions = [missing, first, second, third].map(Number)
  t.strictSame(
    [...new Set(revisions)].sort((a, b) => a - b),
    revisions,
    'each is later than the one before',
  )
  t.notMatch(JSON.stringify(await redis.client.hgetall(`${key}:revision`)), /canary/)
  t.ok((await redis.client.pttl(`${key}:revision`)) > 0)
})

t.test('says where the key holds no text, and leaves it alone', async (t) => {
  const { key, read, replace } = open()
  await redis.client.hset(key, 'a', '1')
  t.equal((await read())[0], 'unreadable')
  t.equal(await replace('text', '', '{}'), '')
  t.strictSame(await redis.client.hgetall(key), { a: '1' })
})
