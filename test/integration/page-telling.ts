// What an alert tells and what a request carries, in the form of the status page in a real browser.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { launchBrowser } from '../fixtures/browser.js'
import { startRedis } from '../fixtures/redis.js'

t.setTimeout(180_000)
const TOKEN = 'the-token-of-this-endpoint'
const SECRET = 'a-secret-that-nobody-reads'
const redis = await startRedis(t)
const browser: Browser = await launchBrowser()
t.teardown(() => browser.close())

interface Opened {
  readonly page: Page
  readonly stored: () => Promise<Record<string, unknown>>
  /** Holds the page against what no page of ours may do. */
  readonly isClean: () => Promise<void>
}

/** The page of an endpoint that has this config, signed in. */
async function open(t: Test, document: object): Promise<Opened> {
  const configKey = redis.newConfigKey()
  await redis.client.set(configKey, JSON.stringify(document))
  const handler = createAdminHandler({ redis: redis.url, configKey, token: TOKEN })
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const bad: string[] = []
  const answers: Promise<string>[] = []
  page.on('pageerror', (error) => bad.push(String(error)))
  page.on('response', (response) => answers.push(response.text().catch(() => '')))
  t.teardown(async () => {
    await context.close()
    server.closeAllConnections()
    server.close()
    await handler.close()
  })
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/admin/logs/webhook/`)
  await page.getByLabel('Token').fill(TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Config' }).waitFor()
  return {
    page,
    stored: async () => JSON.parse((await redis.client.get(configKey)) ?? '{}') as Record<string, unknown>,
    isClean: async () => {
      t.notMatch([await page.content(), ...(await Promise.all(answers))].join(' '), SECRET, 'no value is in the page')
      t.strictSame(bad, [])
    },
  }
}

/** Types a text and goes on to the next field, upon which the page looks whether it is right. */
async function type(field: Locator, text: string): Promise<void> {
  await field.fill(text)
  await field.press('Tab')
}

async function rowsOfDialog(page: Page): Promise<string[]> {
  const rows = page.getByRole('dialog').getByRole('row')
  await rows.first().waitFor()
  return rows.allInnerTexts()
}

t.test('headers are written and kept, and shown by their names alone', async (t) => {
  const { page, stored, isClean } = await open(t, { enabled: true, url: 'https://a.test/hook', threshold: 10 })
  const field = page.locator('#field-headers')
  const review = (): Promise<void> => page.getByRole('button', { name: 'Review changes' }).click()
  const write = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Write it' }).click()
    await page.getByText('Written').waitFor()
  }
  t.match(await field.locator('option').first().innerText(), /^None is stored: as in code/)
  await field.selectOption('replace')
  const text = page.getByLabel('New headers, JSON').first()
  await type(text, `{"X-Api-Key": "${SECRET}", "Host": "x"}`)
  await page.getByText(/^Host: Expected `headers\.Host` to be left out/).waitFor()
  t.equal(await field.getAttribute('aria-invalid'), 'true', 'told in its place, while it is typed')
  await type(text, `{"X-Api-Key": "${SECRET}"`)
  await review()
  await page.getByText('Expected JSON: {"X-Api-Key": "…"}').waitFor()
  await type(text, `{"X-Api-Key": "${SECRET}"}`)
  await review()
  t.match(await rowsOfDialog(page), [/Setting/, /^headers\.X-Api-Key\s+\(not stored\)\s+set$/])
  await write()
  t.match(await stored(), { headers: { 'X-Api-Key': SECRET } })
  t.equal(await text.inputValue(), '', 'not even in its field')
  t.equal(await field.locator('option').first().innerText(), 'Keep the stored ones: X-Api-Key')
  await page.getByLabel('Threshold').first().fill('6')
  await review()
  t.match(await rowsOfDialog(page), [/Setting/, /^threshold\s+10\s+6$/])
  await write()
  t.match(await stored(), { headers: { 'X-Api-Key': SECRET }, threshold: 6 }, 'kept')
  await field.selectOption('replace')
  await type(text, `{"X-Api-Key": "${SECRET}-2"}`)
  await review()
  t.match(await rowsOfDialog(page), [/Setting/, /^headers\.X-Api-Key\s+set\s+another one$/])
  await write()
  await field.selectOption('clear')
  await review()
  await page.getByText(/^1 secret will be gone/).waitFor()
  await write()
  t.strictSame((await stored())['headers'], {})
  await isClean()
})

t.test(
  'a share, links, labels and a template are written as numbers and JSON, and what is wrong is told there',
  async (t) => {
    const { page, stored, isClean } = await open(t, { enabled: true, url: 'https://a.test/hook' })
    const complaint = (name: string): Locator => page.locator(`#problem-field-${name}`)
    await type(page.getByLabel('Percent of requests'), '101')
    await complaint('percent')
      .getByText(/^Expected `percent` to be a number above 0 and at most 100, got `101`$/)
      .waitFor()
    await type(page.getByLabel('Percent of requests'), '0.5')
    await type(page.getByLabel('Links, JSON'), '{"Runbook": "https://{service}/"}')
    await complaint('links')
      .getByText(/^Runbook: Expected `links\.Runbook` to be an http or https URL/)
      .waitFor()
    await type(page.getByLabel('Links, JSON'), '{"Runbook": "https://wiki.test/{rule}"}')
    await type(page.getByLabel('Labels, JSON'), '{"my-team": "x"}')
    await complaint('labels')
      .getByText(/named with 1 to 64 letters/)
      .waitFor()
    await type(page.getByLabel('Labels, JSON'), '{"team": "payments"}')
    await type(page.getByLabel('Template, JSON'), '{"text": "{cuont}"}')
    await complaint('template')
      .getByText(/^text: Expected .* got "\{cuont\}"$/)
      .waitFor()
    await type(page.getByLabel('Template, JSON'), '{"text": "{title}"}')
    await complaint('template').getByText(/./).waitFor({ state: 'detached' })
    await page.getByLabel('Body').selectOption('template')
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByRole('button', { name: 'Write it' }).click()
    await page.getByText('Written').waitFor()
    t.match(await stored(), {
      percent: 0.5,
      format: 'template',
      links: { Runbook: 'https://wiki.test/{rule}' },
      labels: { team: 'payments' },
      template: { text: '{title}' },
    })
    await isClean()
  },
)
