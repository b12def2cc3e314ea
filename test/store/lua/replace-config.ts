import t from 'tap'
import { replaceConfigScript } from '../../../src/store/lua/replace-config.js'
import { startRedis } from '../../fixtures/redis.js'

const redis = await startRedis(t)

t.test('writes only where nobody else has since it was read', async (t) => {
  const key = redis.newConfigKey()
  const replace = (...args: string[]): Promise<unknown> => redis.client.eval(replaceConfigScript.text, 1, key, ...args)
  t.equal(await replace('1', '{}', '{"a":1}'), 0, 'it is gone')
  t.equal(await replace('0', '', '{"a":1}'), 1)
  t.equal(await replace('0', '', '{"a":2}'), 0, 'it is there by now')
  t.equal(await replace('1', '{"a":1}', '{"a":2}'), 1)
  t.equal(await redis.client.get(key), '{"a":2}')
  t.equal(await replace('1', '{"a":2}', ''), 1)
  t.equal(await redis.client.exists(key), 0)
})
