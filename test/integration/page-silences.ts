// Silences on the status page in a real browser: set at a row, shown with who and why, and ended.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { createSilences, type Silences } from '../../src/control/silences.js'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { launchBrowser } from '../fixtures/browser.js'
import { eventually } from '../fixtures/eventually.js'
import { contrastsOfTexts, nameOfFocus, unlabelledFields, widthOfContent } from '../fixtures/in-page.js'
import { startRedis } from '../fixtures/redis.js'

t.setTimeout(180_000)
const redis = await startRedis(t)
const browser: Browser = await launchBrowser()
t.teardown(() => browser.close())

const TOKEN = 'the-token'

interface Opened {
  readonly page: Page
  readonly silences: Silences
  /** Whatever the page has done that it should not. */
  readonly bad: readonly string[]
  /** Stops the endpoint from answering. */
  readonly stop: () => void
}

/** The page of a fleet that has counted in one rule with groups and in one without, signed in. */
async function open(t: Test, options: BrowserContextOptions = {}): Promise<Opened> {
  const configKey = redis.newConfigKey()
  const rules = [{ name: 'db', groupBy: 'model' }, { name: 'pay' }]
  const evaluator = createEvaluator({ url: 'http://127.0.0.1:9/', redis: redis.url, configKey, rules, threshold: 99 })
  for (const model of ['m', 'n', '<b>']) evaluator.observe({ statusCode: 503, model })
  await evaluator.flush()
  const handler = createAdminHandler({ redis: redis.url, configKey, token: TOKEN })
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const silences = createSilences({ redis: redis.url, configKey })
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const bad: string[] = []
  page.on('pageerror', (error) => bad.push(String(error)))
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  t.teardown(async () => {
    await context.close()
    stop()
    await Promise.all([handler.close(), evaluator.close(), silences.close()])
  })
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/logs/webhook/`)
  await page.getByLabel('Token').fill(TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Silence db · model=m', exact: true }).waitFor()
  return { page, silences, bad, stop }
}

const secondsOf = ({ until, createdAt }: { readonly until: string; readonly createdAt: string }): number =>
  (Date.parse(until) - Date.parse(createdAt)) / 1000

t.test('a row’s button silences its group for half an hour, and the row says who and why', async (t) => {
  const { page, silences, bad } = await open(t)
  await page.getByRole('button', { name: 'Silence db · model=m', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Silence db · model=m?' })
  await dialog.waitFor()
  t.strictSame(await dialog.getByLabel('What').locator('option').allInnerTexts(), [
    'db · model=m',
    'db, all its groups',
    'all rules',
  ])
  t.match(await dialog.getByLabel('For how long').locator('option').allInnerTexts(), [
    '30 minutes',
    '1 hour',
    /^until to(day|morrow), 09:00$/,
  ])
  await dialog.getByLabel('Why').fill('a <i>deploy</i>')
  await dialog.getByLabel('Your name').fill('ada')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  const [silence] = await silences.list()
  t.match(silence, { rule: 'db', group: { model: 'm' }, reason: 'a <i>deploy</i>', by: 'ada' })
  t.equal(silence && secondsOf(silence), 1800)
  await page.getByText(/^Silenced db · model=m until /).waitFor()
  const row = page.locator('.row', { has: page.getByRole('heading', { name: 'db · model=m', exact: true }) })
  await row.getByText(/^Silenced for another (30|29) min.* by ada: a <i>deploy<\/i>; 0 errors meanwhile$/).waitFor()
  await row.getByText('silenced', { exact: true }).waitFor()
  const other = page.locator('.row', { has: page.getByRole('heading', { name: 'db · model=n', exact: true }) })
  t.notOk(await other.getByText('silenced', { exact: true }).isVisible())
  await page.getByText(/, 1 silenced$/).waitFor()
  t.equal(await page.evaluate(nameOfFocus), 'Silence', 'the focus is back where it was')
  t.strictSame(bad, [])
})

t.test('the list says who, why and how long, and ends', async (t) => {
  const { page, silences, bad } = await open(t)
  t.notOk(await page.getByRole('table', { name: 'Silences' }).isVisible())
  const pay = await silences.add({ rule: 'pay', forSeconds: 3600, reason: 'on purpose', by: 'bob' })
  await silences.add({ rule: 'gone', forSeconds: 7200 })
  const table = page.getByRole('table', { name: 'Silences' })
  const mine = table.getByRole('row', { name: /pay/ })
  await mine.waitFor()
  t.match(await mine.getByRole('cell').allInnerTexts(), [/^pay/, /^in (60|59) min/, 'bob', 'on purpose', 'End'])
  const unknown = table.getByRole('row', { name: /gone/ })
  t.match(await unknown.getByRole('cell').allInnerTexts(), [
    /^gone \(no such rule or group is known\)$/,
    /^in/,
    '–',
    '–',
  ])
  await mine.getByRole('button', { name: 'End the silence of pay' }).press('Enter')
  await mine.waitFor({ state: 'detached' })
  await page.getByText('Ended. The next error of what is still at its threshold raises an alert.').waitFor()
  t.equal(await page.evaluate(nameOfFocus), 'live-title')
  t.notMatch(await silences.list(), [{ id: pay.id }])
  t.match(await silences.list(), [{ rule: 'gone' }])
  const [gone] = await silences.list()
  await silences.end(gone?.id ?? '')
  await table.waitFor({ state: 'hidden' })
  t.strictSame(bad, [])
})

t.test('silences a whole rule, or all, and without a name or reason', async (t) => {
  const { page, silences, bad } = await open(t)
  await page.getByRole('button', { name: 'Silence db · model=<b>', exact: true }).click()
  await page.getByLabel('What').selectOption('db, all its groups')
  await page.getByLabel('For how long').selectOption('1 hour')
  await page.getByRole('button', { name: 'Silence', exact: true }).click()
  await page.getByText(/^Silenced db until /).waitFor()
  await eventually(async () => (await page.getByText(/^Silenced for another/).count()) === 3)
  await page.getByRole('button', { name: 'Silence pay', exact: true }).click()
  t.strictSame(await page.getByLabel('What').locator('option').allInnerTexts(), ['pay', 'all rules'])
  await page.getByLabel('What').selectOption('all rules')
  await page.getByLabel('For how long').selectOption({ index: 2 })
  await page.getByRole('button', { name: 'Silence', exact: true }).click()
  await page.getByText(/^Silenced all rules until /).waitFor()
  const [db, all] = await silences.list()
  t.strictSame(Object.keys(db ?? {}), ['id', 'rule', 'until', 'createdAt'])
  t.strictSame(Object.keys(all ?? {}), ['id', 'until', 'createdAt'])
  const until = new Date(all?.until ?? 0)
  t.strictSame([until.getHours(), until.getMinutes()], [9, 0])
  t.strictSame(bad, [])
})

t.test('a dialog that is cancelled does nothing, and what fails is said in it', async (t) => {
  const { page, silences, bad, stop } = await open(t)
  const button = page.getByRole('button', { name: 'Silence pay', exact: true })
  await button.click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await button.click()
  await page.keyboard.press('Escape')
  t.strictSame(await silences.list(), [])
  await button.click()
  stop()
  await page.getByRole('button', { name: 'Silence', exact: true }).click()
  await page.getByRole('dialog').getByText('The server does not answer').waitFor()
  t.ok(await page.getByRole('dialog').isVisible())
  t.strictSame(bad, [])
})

t.test('remembers a name until the reader signs out', async (t) => {
  const { page, bad } = await open(t)
  const button = page.getByRole('button', { name: 'Silence pay', exact: true })
  await button.click()
  await page.getByLabel('Your name').fill('ada')
  await page.getByLabel('Why').fill('because')
  await page.getByRole('button', { name: 'Silence', exact: true }).click()
  await page.getByText(/^Silenced pay until /).waitFor()
  await button.click()
  t.strictSame(
    [await page.getByLabel('Your name').inputValue(), await page.getByLabel('Why').inputValue()],
    ['ada', ''],
  )
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Sign out' }).click()
  t.equal(await page.locator('#silence-by').inputValue(), '')
  t.notOk(await page.getByText(/^Silenced pay/).isVisible())
  t.strictSame(bad, [])
})

for (const colorScheme of ['light', 'dark'] as const)
  t.test(`can be read and reached, in a ${colorScheme} page on a phone`, async (t) => {
    const { page, silences, bad } = await open(t, { colorScheme, viewport: { width: 390, height: 800 } })
    await silences.add({ rule: 'pay', forSeconds: 3600, reason: 'x'.repeat(500), by: 'y'.repeat(200) })
    await silences.add({ rule: 'gone', forSeconds: 3600 })
    await page.getByText('(no such rule or group is known)').waitFor()
    await page.getByText(/^Silenced for another/).waitFor()
    t.ok((await page.evaluate(widthOfContent)) <= 390)
    await page.getByRole('button', { name: 'Silence pay', exact: true }).click()
    t.ok((await page.evaluate(widthOfContent)) <= 390, 'with the dialog')
    t.strictSame(await page.evaluate(unlabelledFields), [])
    for (const { text, ratio } of await page.evaluate(contrastsOfTexts)) t.ok(ratio >= 4.5, `${text}: ${ratio}`)
    t.strictSame(bad, [])
  })
