import t from 'tap'
import { openControl } from '../../src/control/control.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'

const redis = await startRedis(t)

t.test('needs a Redis, and refuses bad options before anything connects', async (t) => {
  t.throws(() => openControl({}), { code: 'ERR_LOGSIREN_CONFIG', problems: [{ path: 'redis' }] })
  t.throws(() => openControl({ redis: 'http://canary' }), { code: 'ERR_LOGSIREN_CONFIG', message: /^(?!.*canary)/ })
})

t.test('a test alert goes where the stored config says, as far as code lets it', async (t) => {
  const receiver = await startReceiver(t)
  const configKey = redis.newConfigKey()
  const control = openControl({ redis: redis.url, configKey })
  const strict = openControl({ redis: redis.url, configKey, allowedOrigins: ['https://a.test'] })
  const open = openControl({ redis: redis.url, configKey, allowPrivateDestinations: false })
  t.teardown(() => Promise.all([control.close(), strict.close(), open.close()]))
  await t.rejects(control.sendTest(), { code: 'ERR_LOGSIREN_CONFIG', message: /to have a `url`/ })
  await t.rejects(strict.sendTest(undefined, { url: receiver.url }), { message: /allowed origins/ }, 'of options too')
  await redis.client.set(configKey, JSON.stringify({ url: receiver.url }))
  t.match(await control.sendTest(), { outcome: 'delivered' })
  await t.rejects(strict.sendTest(), { code: 'ERR_LOGSIREN_CONFIG', message: /allowed origins/ })
  await t.rejects(open.sendTest(), { code: 'ERR_LOGSIREN_CONFIG', message: /not public/ })
  await redis.client.set(configKey, JSON.stringify({ url: receiver.url.replace('127.0.0.1', 'localhost') }))
  t.match(await open.sendTest(), { outcome: 'rejected', reason: 'address' }, 'a name is judged when connecting')
  await redis.client.set(configKey, '{')
  await t.rejects(control.sendTest(), { code: 'ERR_LOGSIREN_CONFIG', message: /stored config is not valid/ })
  t.equal(receiver.received.length, 1)
})
