import t from 'tap'
import { openSeriesScript, SHOWN_FIELDS } from '../../../src/store/status/status-scripts.js'
import { startRedis } from '../../fixtures/redis.js'

// How they read, and that they write nothing, is what the tests of status-reader.ts are about; here is what those do not see.
const redis = await startRedis(t)

t.test('names what is open of several rules, so many of each, and nothing of a key of another type', async (t) => {
  const names = ['a', 'b', 'c', 'd'].map((name) => `${redis.newConfigKey()}:${name}`)
  const [a = '', b = '', c = ''] = names
  await redis.client.zadd(a, 1, 'a:1', 2, 'a:2', 3, 'a:3')
  await redis.client.zadd(b, 1, 'b:1')
  await redis.client.set(c, 'x')
  t.strictSame(await redis.client.eval(openSeriesScript.text, 4, ...names, 2), ['a:1', 'a:2', 'b:1'])
  t.strictSame(await redis.client.eval(openSeriesScript.text, 0, 2), [])
})

t.test('attempts are among what is shown of an alert', (t) => {
  t.ok(SHOWN_FIELDS.includes('attempts'))
  t.end()
})
