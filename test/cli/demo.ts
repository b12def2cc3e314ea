import t from 'tap'
import { runCli } from '../fixtures/cli.js'
import { startRedis } from '../fixtures/redis.js'

t.test('shows the alerts of two services that count each for itself, then the quiet', async (t) => {
  const { code, stdout, stderr } = await runCli(['demo'])
  t.strictSame([code, stderr], [0, ''])
  t.match(stdout, /"type": "log_error_threshold"/)
  t.match(stdout, /20 errors, 2 webhooks, 0 during the cooldown/)
  t.notMatch(stdout, 'token=')
})

t.test('shows the one alert of two services that count together in Redis', async (t) => {
  const redis = await startRedis(t)
  const { code, stdout, stderr } = await runCli(['demo'], { env: { REDIS_URL: redis.url } })
  t.strictSame([code, stderr], [0, ''])
  t.match(stdout, /20 errors, 1 webhook, 0 during the cooldown/)
})
