import t from 'tap'
import { startRedis } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const demo = `import { runDemo } from '${new URL('../../src/cli/demo.js', import.meta.url)}'
  await runDemo((line) => process.stdout.write(line + '\\n'), process.env.REDIS_URL)`

t.test('shows the alerts of two services that count each for itself, then the quiet', async (t) => {
  const { REDIS_URL: given, ...env } = process.env
  process.env = env
  t.teardown(() => {
    if (given !== undefined) process.env['REDIS_URL'] = given
  })
  const { code, stdout, stderr } = await run(demo)
  t.strictSame([code, stderr], [0, ''])
  t.match(stdout, /"type": "log_error_threshold"/)
  t.match(stdout, /20 errors, 2 webhooks, 0 during the cooldown/)
  t.notMatch(stdout, 'token=')
})

t.test('shows the one alert of two services that count together in Redis', async (t) => {
  const redis = await startRedis(t)
  const { code, stdout, stderr } = await run(demo, { env: { REDIS_URL: redis.url } })
  t.strictSame([code, stderr], [0, ''])
  t.match(stdout, /20 errors, 1 webhook, 0 during the cooldown/)
})
