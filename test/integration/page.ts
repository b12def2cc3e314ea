// The status page in a real Chromium: the real handler, a real Redis, a running process that counts, a real receiver.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { systemClock } from '../../src/clock.js'
import { formats } from '../../src/config/formats.js'
import { createEvaluator, type Evaluator } from '../../src/evaluator/evaluator.js'
import { Connection } from '../../src/store/connection/connection.js'
import { RedisStore } from '../../src/store/redis/redis-store.js'
import { launchBrowser } from '../fixtures/browser.js'
import { eventually } from '../fixtures/eventually.js'
import {
  contrastsOfTexts,
  everythingKept,
  nameOfFocus,
  outlineOfFocus,
  unlabelledFields,
  widthOfContent,
} from '../fixtures/in-page.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { sharer } from '../fixtures/share-contract.js'

t.setTimeout(180_000)
const redis = await startRedis(t)
const browser: Browser = await launchBrowser()
t.teardown(() => browser.close())

const TOKEN = 'canary-token'
const SECRET = 'canary-secret'

interface OpenOptions extends BrowserContextOptions {
  readonly path?: string
}

async function open(t: Test, { path = '/admin/logs/webhook', ...options }: OpenOptions = {}) {
  const configKey = redis.newConfigKey()
  const receiver = await startReceiver(t)
  const handler = createAdminHandler({ redis: redis.url, configKey, token: TOKEN, path })
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path.replace(/\/$/, '')}/`
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const seen = watchOver(page, new URL(address).origin)
  t.teardown(async () => {
    await context.close()
    server.closeAllConnections()
    server.close()
    await handler.close()
  })
  const config = { enabled: true, url: receiver.url, secret: SECRET, threshold: 5, window_seconds: 600 }
  await redis.client.set(configKey, JSON.stringify(config))
  await page.goto(address)
  return {
    configKey,
    receiver,
    page,
    seen,
    address,
    stored: async () => JSON.parse((await redis.client.get(configKey)) ?? 'null'),
  }
}

/** Whatever a page does that it should not. */
function watchOver(page: Page, origin: string): string[] {
  const seen: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin && !request.url().startsWith('data:'))
      seen.push(`request to ${request.url()}`)
    if (/canary/.test(request.url())) seen.push(`the token is in ${request.url()}`)
  })
  page.on('response', (response) => {
    void response.text().then(
      (text) => {
        if (text.includes(SECRET)) seen.push(`the secret is in ${response.url()}`)
      },
      () => {},
    )
  })
  page.on('pageerror', (error) => seen.push(String(error)))
  page.on('console', (message) => {
    // What an answer of 400 and above makes Chromium say is expected where it is asked for.
    const isExpected = /the server responded with a status of (400|401|412|503)/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isExpected) seen.push(message.text())
  })
  return seen
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Token').fill(TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Now' }).waitFor()
}

function count(evaluator: Evaluator, errors: number, message = 'db timeout'): Promise<void> {
  for (let i = 0; i < errors; i += 1) evaluator.observe({ statusCode: 503, errorMessage: message, model: 'm' })
  return evaluator.flush()
}

const isThere = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor()

t.test('lets in whoever has the token, and keeps it nowhere', async (t) => {
  const { page, seen } = await open(t)
  await page.getByLabel('Token').fill('wrong')
  await page.keyboard.press('Enter')
  await isThere(page, 'This token is wrong')
  t.notOk(await page.getByRole('heading', { name: 'Now' }).isVisible())
  await signIn(page)
  await isThere(page, 'Live')
  const kept = await page.evaluate(everythingKept)
  t.notMatch(kept, /canary/)
  await page.reload()
  t.ok(await page.getByLabel('Token').isVisible(), 'it is gone with the page')
  await signIn(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  t.ok(await page.getByLabel('Token').isVisible())
  t.equal(await page.getByLabel('Webhook URL').count(), 0, 'nothing of the config is left')
  t.strictSame(seen, [])
})

t.test('is at the root where everything is the endpoint’s', async (t) => {
  const { page, seen, address, stored } = await open(t, { path: '/' })
  t.equal(new URL(address).pathname, '/')
  await signIn(page)
  await isThere(page, 'Live')
  await page.getByRole('link', { name: 'Config' }).click()
  await page.getByLabel('Threshold').fill('6')
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByRole('button', { name: 'Write it' }).click()
  await isThere(page, /^Written\./)
  t.match(await stored(), { threshold: 6 })
  t.strictSame(seen, [])
})

t.test('shows what is counted as it is, and a changed threshold reaches a running process', async (t) => {
  const { page, seen, configKey, receiver, stored } = await open(t)
  const evaluator = createEvaluator({ redis: redis.url, configKey })
  t.teardown(() => evaluator.close())
  await count(evaluator, 2, '<img src=x onerror="document.title=1">')
  await signIn(page)
  await isThere(page, /^2 errors in 600 s \(threshold 5\)$/)
  await count(evaluator, 1)
  await isThere(page, /^3 errors in 600 s \(threshold 5\)$/)
  t.ok((await page.locator('.row canvas').count()) > 0, 'with a chart')

  await page.getByLabel('Threshold').fill('4')
  await page.getByRole('button', { name: 'Review changes' }).click()
  const dialog = page.getByRole('dialog', { name: 'Write this config?' })
  await dialog.waitFor()
  t.match(await dialog.getByRole('row').allInnerTexts(), [/Setting/, /threshold\s+5\s+4/])
  await dialog.getByRole('button', { name: 'Write it' }).click()
  await isThere(page, /^Written\./)
  t.match(await stored(), { threshold: 4, secret: SECRET, window_seconds: 600 })

  await count(evaluator, 1, '<img src=x onerror="document.title=1">')
  await receiver.has(1)
  t.match(receiver.received[0]?.body, { count: 4, threshold: 4 })
  await isThere(page, /^4 errors in 600 s \(threshold 4\)$/)
  await isThere(page, /^Last alert \d+ s ago$/)
  await page.locator('.alert summary').click()
  await isThere(page, /status 204/)
  await page.getByText('Counters of all processes').click()
  await page.locator('#totals-list div', { hasText: /^delivered1$/ }).waitFor()
  await isThere(page, '503 <img src=x onerror="document.title=1">')
  t.equal(await page.title(), 'logsiren', 'what a log says stays text')
  t.strictSame(seen, [])
})

t.test('shows of a rule with percent how many requests there are, and the share in its chart', async (t) => {
  const { page, seen, configKey, receiver } = await open(t)
  const config = { enabled: true, url: receiver.url, threshold: 20, percent: 2.5, window_seconds: 600 }
  await redis.client.set(configKey, JSON.stringify(config))
  const target = { kind: 'url', url: redis.url } as const
  const connection = new Connection({ target, clock: systemClock, connectTimeoutMs: 5000, holdsProcess: true })
  t.teardown(() => connection.close())
  const store = new RedisStore({ connection, configKey, clock: systemClock })
  const share = sharer({ store, clock: systemClock })
  const ofRule = { url: receiver.url, threshold: 20, percent: 2.5, windowMs: 600_000 }
  await share({ errors: 12, others: 228 }, ofRule)
  await signIn(page)
  await isThere(page, /^12 of 240 requests \(5 %\) in 600 s \(threshold 20 and 2\.5 %\)$/)
  await isThere(page, 'share of errors')
  const meter = page.getByRole('meter', { name: 'Errors of default' })
  t.equal(await meter.getAttribute('aria-valuetext'), '12 of 240 requests (5 %), threshold 20 and 2.5 %')
  t.equal(await meter.evaluate((element: { value?: number }) => element.value), 0.6, 'as near as the count is')
  await share({ errors: 8, others: 1752 }, ofRule)
  await isThere(page, /^20 of 2,000 requests \(1 %\) in 600 s/)
  t.equal(await meter.evaluate((element: { value?: number }) => element.value), 0.4, 'as near as the share is')
  await isThere(page, '0 at the threshold')
  t.ok((await page.locator('.row canvas').count()) > 0)
  t.strictSame(seen, [])
})

t.test('an alert that cannot be delivered is shown with its attempts', async (t) => {
  const { page, seen, configKey, receiver } = await open(t)
  receiver.answerWith(503)
  const evaluator = createEvaluator({ redis: redis.url, configKey })
  t.teardown(() => evaluator.close())
  await count(evaluator, 5)
  await signIn(page)
  await isThere(page, /^Alert of 5 errors is not delivered yet: \w+, status 503; next attempt in \d+ s$/)
  await isThere(page, /serverError, status 503/)
  t.strictSame(seen, [])
})

t.test('sends a test alert, and says how it went', async (t) => {
  const { page, seen, receiver } = await open(t)
  await signIn(page)
  await page.getByRole('button', { name: 'Send a test alert' }).click()
  await isThere(page, /^Delivered to 127\.0\.0\.1:\d+ as json in \d+ ms \(status 204\)/)
  t.match(receiver.received[0], { headers: { authorization: `Bearer ${SECRET}` }, body: { test: true, threshold: 5 } })
  receiver.answerWith(404)
  await page.getByRole('button', { name: 'Send a test alert' }).click()
  await isThere(page, /^Not delivered to \S+ as json \(clientError, status 404\)/)
  t.strictSame(seen, [])
})

t.test('offers every format, and leaves the choice to the host where none is chosen', async (t) => {
  const { page, seen, stored, receiver } = await open(t)
  await signIn(page)
  const format = page.getByLabel('Body')
  const values = await format
    .locator('option')
    .evaluateAll((options) => options.map((one) => one.getAttribute('value')))
  t.strictSame(values, ['', ...formats.map((one) => JSON.stringify(one))])
  t.equal(await format.inputValue(), '')
  await format.selectOption('slack')
  await page.getByRole('button', { name: 'Review changes' }).click()
  const dialog = page.getByRole('dialog', { name: 'Write this config?' })
  await dialog.waitFor()
  await dialog.getByRole('button', { name: 'Write it' }).click()
  await isThere(page, /^Written\./)
  t.match(await stored(), { format: 'slack', secret: SECRET })
  await page.getByRole('button', { name: 'Send a test alert' }).click()
  await isThere(page, /^Delivered to \S+ as \w+ in \d+ ms/)
  t.match(receiver.received[0]?.body, { text: /^🧪 \[TEST\] /, blocks: Array })
  t.strictSame(seen, [])
})

t.test('tries what is in the form on pasted lines, saved or not', async (t) => {
  const { page, seen, stored } = await open(t)
  await signIn(page)
  const line = (i: number): string => JSON.stringify({ level: 50, time: 1_790_000_000_000 + 1000 * i, msg: 'boom' })
  await page.getByRole('textbox', { name: 'Lines' }).fill(Array.from({ length: 6 }, (_, i) => line(i)).join('\n'))
  await page.getByRole('button', { name: 'Try', exact: true }).click()
  await isThere(page, '6 lines, 6 errors: 1 alert')
  await page.getByLabel('Threshold').fill('7')
  await page.getByRole('button', { name: 'Try', exact: true }).click()
  await isThere(page, '6 lines, 6 errors: no alert')
  t.match(await stored(), { threshold: 5 }, 'nothing was saved')
  t.strictSame(seen, [])
})

t.test('says at its field what is wrong, and takes nobody’s change away', async (t) => {
  const { page, seen, configKey, stored } = await open(t)
  await signIn(page)
  const review = page.getByRole('button', { name: 'Review changes' })
  const url = page.locator('#field-url')
  await page.getByRole('button', { name: 'Show and edit it' }).click()
  await url.fill('ftp://example.test/')
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.keyboard.type('a b')
  await page.keyboard.press('Tab')
  await page.keyboard.type('{"level": ')
  await review.click()
  await isThere(page, /^Expected JSON: .*JSON/)
  const rule = page.getByRole('group', { name: 'Rule a b' })
  await rule.getByLabel('Conditions, JSON').fill('{"level":{"gte":[]}}')
  await page.locator('.rule summary').click()
  t.notOk(await rule.isVisible())
  await review.click()
  await isThere(page, /^Expected `url` to be an http or https URL/)
  t.equal(await page.evaluate(nameOfFocus), 'field-url', 'the reader is taken there')
  await url.fill('https://example.test/')
  await review.click()
  await isThere(page, /^Expected `name` to be a name/)
  await isThere(page, /^level: Expected `match.level` to be a text/)
  t.match(await page.evaluate(nameOfFocus), /^rule-\d+-name$/, 'into a rule that was folded away')
  await page.getByRole('button', { name: 'Remove this rule' }).click()
  t.equal(await page.evaluate(nameOfFocus), 'Add a rule')
  await page.locator('#field-rules').selectOption('as in code')
  await review.click()
  await isThere(page, /^Expected `secret` to be given anew/)
  await page.getByLabel('Secret', { exact: true }).selectOption('Send no secret')
  await redis.client.set(configKey, JSON.stringify({ ...(await stored()), threshold: 9 }))
  await review.click()
  await isThere(page, /^Nothing was written: somebody else has changed the config meanwhile/)
  t.match(await stored(), { threshold: 9, secret: SECRET })
  await page.getByRole('button', { name: 'Load again' }).click()
  await eventually(async () => (await page.getByLabel('Threshold').inputValue()) === '9')
  t.strictSame(seen, [])
})

t.test(
  'where none is stored it says that the processes go by their own options, and stores no more than was entered',
  async (t) => {
    const { page, seen, configKey, receiver, stored } = await open(t)
    await redis.client.del(configKey)
    await signIn(page)
    await isThere(page, /^No config is stored\. Every process uses the options in its code/)
    t.notOk(await page.getByRole('button', { name: 'Delete the stored config' }).isVisible())
    await page.getByLabel('Threshold').fill('8')
    await page.getByRole('button', { name: 'Review changes' }).click()
    t.match(await rowsOfDialog(page), [/Setting\s+Now\s+After saving/, /^threshold\s+\(not stored\)\s+8$/])
    await page.keyboard.press('Escape')
    t.equal(await redis.client.exists(configKey), 0)
    await page.getByLabel('Webhook URL').fill(receiver.url)
    await page.getByRole('button', { name: 'Review changes' }).click()
    await isThere(page, 'After saving no alert is sent: a URL is stored without enabled, which means off.')
    await page.keyboard.press('Escape')
    await page.getByLabel('Alerts are sent').selectOption('yes')
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByRole('button', { name: 'Write it' }).click()
    await isThere(page, /^Written\./)
    t.strictSame(await stored(), { enabled: true, url: receiver.url, threshold: 8 }, 'no defaults with it')
    t.notOk(await page.getByText(/^No config is stored/).isVisible())
    await page.getByRole('button', { name: 'Delete the stored config' }).click()
    await page.getByRole('button', { name: 'Delete it' }).click()
    await isThere(page, /^No config is stored/)
    t.strictSame(seen, [])
  },
)

t.test('deletes the stored config once that was confirmed', async (t) => {
  const { page, seen, configKey } = await open(t)
  await signIn(page)
  await page.getByRole('button', { name: 'Delete the stored config' }).click()
  t.match(await rowsOfDialog(page), [
    /Setting\s+Now/,
    /^enabled\s+true/,
    /^url\s+http:\/\/127\.0\.0\.1:\d+\/…$/,
    /^threshold\s+5/,
    /^window_seconds\s+600/,
    /^secret\s+set/,
  ])
  await isThere(page, '1 secret will be gone. Nobody can read a stored secret, so it cannot be had back.')
  await page.getByRole('button', { name: 'Cancel' }).click()
  t.equal(await redis.client.exists(configKey), 1)
  await page.getByRole('button', { name: 'Delete the stored config' }).click()
  await page.getByRole('button', { name: 'Delete it' }).click()
  await isThere(page, /^Deleted\./)
  t.equal(await redis.client.exists(configKey), 0)
  t.strictSame(seen, [])
})

t.test('can be used with the keyboard alone', async (t) => {
  const { page, seen, stored } = await open(t)
  const focus = (): Promise<string> => page.evaluate(nameOfFocus)
  const tabTo = async (wanted: string): Promise<void> => {
    for (let tabs = 0; tabs < 60; tabs += 1) {
      if ((await focus()) === wanted) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`the keyboard does not come to ${wanted}`)
  }
  t.equal(await focus(), 'token', 'begins where there is something to do')
  await page.keyboard.type(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Now' }).waitFor()
  await tabTo('field-threshold')
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('8')
  await tabTo('Review changes')
  const outline = await page.evaluate(outlineOfFocus)
  t.equal(outline, 'solid', 'where the reader is can be seen')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await tabTo('review-yes')
  await page.keyboard.press('Enter')
  await isThere(page, /^Written\./)
  t.match(await stored(), { threshold: 8 })
  t.strictSame(seen, [])
})

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`fits on a phone, and can be read where it is ${colorScheme}`, async (t) => {
    const { page, seen, configKey } = await open(t, { viewport: { width: 360, height: 740 }, colorScheme })
    const evaluator = createEvaluator({ redis: redis.url, configKey, groupBy: 'model' })
    t.teardown(() => evaluator.close())
    await count(evaluator, 5, 'x'.repeat(300))
    await signIn(page)
    await isThere(page, /^5 errors in \d+ s \(threshold 5\)$/)
    await page.locator('.alert summary').first().click()
    t.equal(await page.evaluate(widthOfContent), 360, 'nothing is wider than it')
    const contrasts = await page.evaluate(contrastsOfTexts)
    t.strictSame(
      contrasts.filter(({ ratio }) => ratio < 4.5),
      [],
      'contrast of WCAG AA',
    )
    t.ok(contrasts.length > 40, `${contrasts.length} texts were looked at`)
    const unlabelled = await page.evaluate(unlabelledFields)
    t.strictSame(unlabelled, [])
    t.strictSame(seen, [])
  })
}

t.test('goes on by itself once the server is back', async (t) => {
  const { page, configKey } = await open(t)
  await signIn(page)
  await isThere(page, 'Live')
  await page.route('**/status', (route) =>
    route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"away"}' }),
  )
  await isThere(page, 'Redis does not answer; trying again')
  await page.unroute('**/status')
  const evaluator = createEvaluator({ redis: redis.url, configKey })
  t.teardown(() => evaluator.close())
  await count(evaluator, 1)
  await isThere(page, /^1 error in 600 s \(threshold 5\)$/)
  await isThere(page, 'Live')
})

t.test('hundreds of groups stay a page that can be used', async (t) => {
  const { page, seen, configKey } = await open(t)
  const evaluator = createEvaluator({ redis: redis.url, configKey, groupBy: 'model' })
  t.teardown(() => evaluator.close())
  for (let i = 0; i < 150; i += 1) evaluator.observe({ statusCode: 503, model: `model-${i}` })
  await evaluator.flush()
  await signIn(page)
  await isThere(page, '138 more are further from their thresholds')
  t.equal(await page.locator('.row').count(), 12)
  await page.getByRole('button', { name: 'Show all 150' }).click()
  t.equal(await page.locator('.row').count(), 150)
  await page.getByRole('button', { name: 'Show 12', exact: true }).click()
  t.equal(await page.locator('.row').count(), 12)
  await page.getByLabel('Filter').fill('model-149')
  await isThere(page, 'default · model=model-149')
  t.equal(await page.locator('.row').count(), 1)
  await page.getByLabel('Filter').fill('nothing of the kind')
  await isThere(page, 'None of the 150 here matches the filter')
  t.strictSame(seen, [])
})

async function rowsOfDialog(page: Page): Promise<string[]> {
  const rows = page.getByRole('dialog').getByRole('row')
  await rows.first().waitFor()
  return rows.allInnerTexts()
}
