import t from 'tap'
import {
  DEFAULT_CLOSE_TIMEOUT_MS,
  DEFAULT_CONFIG_KEY,
  DEFAULT_HEARTBEAT_SECONDS,
  DEFAULT_MIN_LEVEL,
  MAX_DOCUMENT_LENGTH,
  MAX_INTEGER,
  MAX_URL_LENGTH,
  ruleDefaults,
} from '../../src/config/defaults.js'

await t.test('a rule has the defaults of the original service, in a sliding window', async (t) => {
  t.strictSame(ruleDefaults, {
    threshold: 10,
    windowSeconds: 60,
    cooldownSeconds: 300,
    statusCodeThreshold: 500,
    windowType: 'sliding',
    maxGroups: 1000,
    sendResolved: false,
    newOnly: false,
    newAfterDays: 14,
    learnSeconds: 3600,
    maxAlertsPerMinute: 10,
    timeoutMs: 0,
    // None, and what the url says.
    cooldownMaxSeconds: 0,
    groupBy: [],
    url: '',
    secret: '',
    enabled: false,
    format: 'json',
    percent: 0,
    links: {},
    labels: {},
    template: '',
    headers: {},
  })
})

await t.test('the rest of the defaults and bounds are the documented ones', async (t) => {
  t.equal(DEFAULT_CONFIG_KEY, 'meta:log:webhook')
  t.equal(DEFAULT_CLOSE_TIMEOUT_MS, 5000)
  t.equal(DEFAULT_HEARTBEAT_SECONDS, 60)
  t.equal(DEFAULT_MIN_LEVEL, 'warn')
  t.equal(MAX_INTEGER, 2_147_483_647)
  t.equal(MAX_URL_LENGTH, 2048)
  t.equal(MAX_DOCUMENT_LENGTH, 64 * 1024)
})
