import { createHash } from 'node:crypto'
import t from 'tap'
import { batchScript, replaceConfigScript, settleScript } from '../../src/store/batch-script.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

t.test('the hash of each script is the one that the server computes', async (t) => {
  for (const script of [batchScript(), settleScript(), replaceConfigScript]) {
    t.equal(script.sha1, createHash('sha1').update(script.text).digest('hex'))
    t.equal(await redis.client.script('LOAD', script.text), script.sha1)
  }
})

t.test('the batch script uses the server clock, once, and no key that it was not given', (t) => {
  const { text } = batchScript()
  t.equal(text.match(/'TIME'/g)?.length, 1)
  const keysUsed = [...text.matchAll(/redis\.p?call\('[A-Z]+', ([^,)]+)/g)].map(([, key]) => key)
  t.strictSame([...new Set(keysUsed)].sort(), [
    'KEYS[1]',
    'KEYS[2]',
    'KEYS[first + 3]',
    'KEYS[first + 4]',
    'KEYS[first + counter]',
    'alertKey',
    'cooldownKey',
    'key',
    'keys[2]',
  ])
  t.end()
})
