import { createHash } from 'node:crypto'
import t from 'tap'
import { readConfigScript, replaceConfigScript } from '../../../../src/store/config/config-scripts.js'
import { batchScript } from '../../../../src/store/redis/lua/batch.js'
import { SERVER_CLOCK, script } from '../../../../src/store/redis/lua/script.js'
import { enrichScript, settleScript } from '../../../../src/store/redis/lua/settle.js'
import { startRedis } from '../../../fixtures/redis.js'

const redis = await startRedis(t)

t.test('the hash of each script is the one that the server computes', async (t) => {
  for (const one of [
    batchScript(),
    settleScript(),
    enrichScript,
    readConfigScript,
    replaceConfigScript,
    script('return 1'),
  ]) {
    t.equal(one.sha1, createHash('sha1').update(one.text).digest('hex'))
    t.equal(await redis.client.script('LOAD', one.text), one.sha1)
  }
})

t.test('the clock is the server’s, in whole milliseconds', async (t) => {
  const [before, now, after] = [
    await redis.client.time(),
    Number(await redis.client.eval(`${SERVER_CLOCK}\nreturn now`, 0)),
    await redis.client.time(),
  ]
  const toMs = ([seconds, micros]: readonly (number | string)[]): number =>
    Number(seconds) * 1000 + Number(micros) / 1000
  t.ok(now >= Math.floor(toMs(before)) && now <= toMs(after), `${now}`)
})
