// What operators go through with the status page in a real browser: a fleet that runs, others who write, and what fails meanwhile.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { createEvaluator } from '../../src/evaluator/evaluator.js'
import { launchBrowser } from '../fixtures/browser.js'
import { eventually } from '../fixtures/eventually.js'
import { nameOfFocus } from '../fixtures/in-page.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { startRedis, startRedisServer } from '../fixtures/redis.js'
import { run } from '../fixtures/run.js'

const TOKEN = 'the-token-of-this-endpoint'
const SECRET = 'a-secret-that-nobody-reads'
t.setTimeout(180_000)
const redis = await startRedis(t)
const browser: Browser = await launchBrowser()
t.teardown(() => browser.close())

interface Endpoint {
  readonly origin: string
  readonly configKey: string
  /** Where the page is. */
  readonly url: string
  put(document: object): Promise<void>
  /** What Redis has now. */
  stored(): Promise<Record<string, unknown>>
}

async function serve(t: Test, redisUrl = redis.url): Promise<Endpoint> {
  const configKey = redis.newConfigKey()
  const handler = createAdminHandler({ redis: redisUrl, configKey, token: TOKEN })
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await handler.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    configKey,
    url: `${origin}/admin/logs/webhook/`,
    put: async (document) => {
      const headers = { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' }
      const body = JSON.stringify(document)
      const answer = await fetch(`${origin}/admin/logs/webhook`, { method: 'PUT', headers, body })
      if (!answer.ok) throw new Error(await answer.text())
    },
    stored: async () => JSON.parse((await redis.client.get(configKey)) ?? '{}') as Record<string, unknown>,
  }
}

interface Watched {
  readonly page: Page
  /** Holds whatever the page has done against what no page of ours may do. */
  readonly isClean: () => Promise<void>
}

async function open(t: Test, { url, origin }: Endpoint, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const bad: string[] = []
  const answers: string[] = []
  const reads: Promise<void>[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith('data:')) bad.push(request.url())
    if (request.url().includes(TOKEN)) bad.push('the token in an address')
  })
  page.on('response', (response) => {
    const read = async (): Promise<void> => void answers.push(await response.text().catch(() => ''))
    reads.push(read())
  })
  page.on('pageerror', (error) => bad.push(String(error)))
  page.on('dialog', (dialog) => bad.push(dialog.message()))
  // A browser says itself that an answer was no success, which some tests are about.
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    if (!message.text().startsWith('Failed to load resource')) bad.push(message.text())
  })
  t.teardown(() => context.close())
  const isClean = async (): Promise<void> => {
    await Promise.all(reads)
    t.notMatch(await page.content(), SECRET, 'the secret is not in the page')
    t.notOk(
      answers.some((answer) => answer.includes(SECRET)),
      'nor in any answer',
    )
    const kept = await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')
    t.strictSame(kept, [0, 0, ''], 'nothing is stored')
    t.strictSame(bad, [], 'no error, no violation of the policy, no request to elsewhere')
  }
  await page.goto(url)
  return { page, isClean }
}

async function openSignedIn(t: Test, endpoint: Endpoint, options: BrowserContextOptions = {}): Promise<Watched> {
  const watched = await open(t, endpoint, options)
  await watched.page.getByLabel('Token').fill(TOKEN)
  await watched.page.getByRole('button', { name: 'Sign in' }).click()
  await watched.page.getByRole('heading', { name: 'Config' }).waitFor()
  return watched
}

/** Tab, until what has the focus is what is meant: nobody needs more than this many. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await page.evaluate(nameOfFocus)) === wanted) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no ${wanted} within reach`)
}

/** A service of somebody’s, in a process of its own, which logs an error whenever it is told to. */
async function startService(t: Test, { configKey }: Endpoint, { url }: Receiver) {
  const [go, done] = [`${configKey}:test:go`, `${configKey}:test:done`]
  const options = JSON.stringify({ redis: redis.url, configKey, url, threshold: 1000 })
  // Ended by the test’s own word; it flushes after each line, so nothing waits for its pace.
  const ended = run(`import { Redis } from 'ioredis'
    import pino from 'pino'
    const transport = pino.transport({ target: 'logsiren/pino', options: ${options} })
    const logger = pino(transport)
    const client = new Redis('${redis.url}')
    for (;;) {
      const [, order] = await client.blpop('${go}', 0)
      if (order === 'end') break
      logger.error('boom')
      await new Promise((resolve) => logger.flush(resolve))
      await client.rpush('${done}', 'done')
    }
    transport.end()
    client.disconnect()`)
  const waiting = redis.client.duplicate()
  t.teardown(() => waiting.disconnect())
  return {
    fail: async (times: number): Promise<void> => {
      for (let i = 0; i < times; i += 1) {
        await redis.client.rpush(go, 'fail')
        await waiting.blpop(done, 30)
      }
    },
    end: async () => {
      await redis.client.rpush(go, 'end')
      return ended
    },
  }
}

t.test('a threshold changed with the keyboard alone is what Redis has and a running process goes by', async (t) => {
  const receiver = await startReceiver(t)
  const endpoint = await serve(t)
  await endpoint.put({ enabled: true, url: receiver.url, threshold: 1000, secret: SECRET })
  const service = await startService(t, endpoint, receiver)
  await service.fail(2)

  const { page, isClean } = await open(t, endpoint)
  await page.keyboard.type(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByText('2 errors in 60 s (threshold 1,000)').first().waitFor()
  t.equal(await page.locator(':focus').innerText(), 'Now', 'goes on where there is something to read')
  await service.fail(1)
  await page.getByText('3 errors in 60 s (threshold 1,000)').first().waitFor()
  t.equal(receiver.received.length, 0)

  await tabTo(page, 'field-threshold')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('4')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  t.match(await dialog.innerText(), /threshold\s+1000\s+4/)
  await tabTo(page, 'review-yes')
  await page.keyboard.press('Enter')
  await page.getByText('Written').waitFor()
  t.match(await endpoint.stored(), { enabled: true, url: receiver.url, threshold: 4, secret: SECRET })

  await service.fail(1)
  await receiver.has(1)
  t.match(receiver.received, [{ body: { threshold: 4, count: 4, sample: { error_message: 'boom' } } }])
  await page.getByText('delivered').first().waitFor()
  const quiet = page.getByText(/^Cooldown for another \d/)
  const before = await quiet.innerText()
  await eventually(async () => (await quiet.innerText()) !== before)
  await isClean()
  t.match(await service.end(), { code: 0, stdout: '', stderr: '' })
})

t.test('sends a test alert of the rule that is asked for', async (t) => {
  const receiver = await startReceiver(t)
  const endpoint = await serve(t)
  const rules = [{ name: 'default' }, { name: 'other', url: `${receiver.origin}/other` }]
  await endpoint.put({ enabled: false, url: receiver.url, rules })
  const { page, isClean } = await openSignedIn(t, endpoint)
  const send = page.getByRole('button', { name: 'Send a test alert' })
  await send.click()
  await page.getByText(/^Delivered to \S+ as \w+ in \d+ ms/).waitFor()
  receiver.answerWith(403)
  await page.getByLabel('Rule', { exact: true }).selectOption('other')
  await send.dblclick()
  await page.getByText(/^Not delivered.*403/).waitFor()
  t.match(receiver.received, [
    { path: '/hook', body: { test: true, rule: 'default' } },
    { path: '/other', body: { test: true, rule: 'other' } },
  ])
  await isClean()
})

t.test(
  'what somebody else has written meanwhile is not written over, and what was typed goes on from it',
  async (t) => {
    const endpoint = await serve(t)
    const document = { enabled: true, url: 'https://a.test/hook', threshold: 10 }
    await endpoint.put(document)
    const { page, isClean } = await openSignedIn(t, endpoint)
    await endpoint.put({ ...document, threshold: 11 })
    const threshold = page.getByLabel('Threshold')
    await eventually(async () => (await threshold.inputValue()) === '11')

    await threshold.fill('20')
    await page.getByLabel('Status codes from').fill('400')
    await endpoint.put({ ...document, threshold: 12, cooldown_seconds: 77 })
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByText(/somebody else has changed the config meanwhile/i).waitFor()
    t.match(await endpoint.stored(), { threshold: 12, cooldown_seconds: 77 })
    t.equal(await threshold.inputValue(), '20')

    await page.getByRole('button', { name: 'Load theirs, keep my edits' }).click()
    await page.getByText(/^You both edited these/).waitFor()
    t.match(await page.locator('.conflict').getByRole('row').allInnerTexts(), [
      /Setting\s+Yours\s+Theirs/,
      /threshold\s+20\s+12/,
    ])
    t.equal(await threshold.inputValue(), '20')
    t.equal(await page.getByLabel('Cooldown, seconds', { exact: true }).inputValue(), '77')
    await page.getByRole('button', { name: 'Review changes' }).click()
    const rows = await rowsOfDialog(page)
    t.match(rows, [/Setting/, /threshold\s+12\s+20/, /status_code_threshold\s+500\s+400/])
    t.equal(rows.length, 3)
    await page.getByRole('button', { name: 'Write it' }).click()
    await page.getByText('Written').waitFor()
    t.match(await endpoint.stored(), { threshold: 20, cooldown_seconds: 77, status_code_threshold: 400 })
    await isClean()
  },
)

t.test('says what is wrong while it is typed, and what would change a line each', async (t) => {
  const endpoint = await serve(t)
  const rules = [{ name: 'first' }, { name: 'second', threshold: 5, secret: SECRET, url: 'https://b.test/hook' }]
  await endpoint.put({ enabled: true, url: 'https://a.test/hook', secret: SECRET, rules })
  const { page, isClean } = await openSignedIn(t, endpoint)
  const url = page.locator('#field-url')
  t.equal(await url.inputValue(), 'https://a.test/…', 'what may be secret of it is not shown unasked')
  await page.getByRole('button', { name: 'Show and edit it' }).first().click()
  t.equal(await url.inputValue(), 'https://a.test/hook')
  t.equal(await page.locator(':focus').getAttribute('id'), 'field-url')
  await url.fill('https://elsewhere.test/hook')
  await page.locator('#field-threshold').focus()
  await page.getByText(/^Expected `secret` to be given anew/).waitFor()
  const secret = page.locator('#field-secret')
  t.equal(await secret.getAttribute('aria-invalid'), 'true')
  t.equal(await page.locator(':focus').getAttribute('id'), 'field-threshold', 'whoever types is not taken away')
  await url.fill('https://a.test/another')
  await url.press('Tab')
  await eventually(async () => (await secret.getAttribute('aria-invalid')) === 'false')

  const summary = (name: string): Locator => page.locator('.rule > summary', { hasText: name })
  t.match(await summary('second').innerText(), /url https:\/\/b\.test\/…, threshold 5, secret$/)
  await summary('second').click()
  const second = page.getByRole('group', { name: 'Rule second' })
  await second.getByLabel('Threshold', { exact: true }).fill('6')
  await second.getByLabel('Secret', { exact: true }).selectOption('Set a new secret')
  await second.getByLabel('New secret').fill(`${SECRET}-2`)
  await summary('first').click()
  await page.getByRole('group', { name: 'Rule first' }).getByRole('button', { name: 'Remove this rule' }).click()
  t.match(await page.locator(':focus').innerText(), /^second/)
  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.keyboard.type('third')
  await page.getByRole('group', { name: 'Rule third' }).getByLabel('Group by').fill('model, a.b')
  await page.getByRole('button', { name: 'Review changes' }).click()
  t.match(await rowsOfDialog(page), [
    /Setting\s+Now\s+After saving/,
    /^url\s+https:\/\/a\.test\/…\s+another one$/,
    /^rules\s+first, second\s+second, third$/,
    /^rules\.second\.threshold\s+5\s+6$/,
    /^rules\.second\.secret\s+set\s+another one$/,
    /^rules\.third\.group_by\s+\(not stored\)\s+\["model","a\.b"\]$/,
  ])
  await page.keyboard.press('Escape')
  t.match(await endpoint.stored(), { url: 'https://a.test/hook' }, 'nothing is written by that')
  await second.getByLabel('New secret').fill('')
  await isClean()
})

t.test('where two people edit rules, what I left alone is theirs, member by member', async (t) => {
  const endpoint = await serve(t)
  const url = 'https://a.test/hook'
  const [payments, db] = [{ name: 'payments', threshold: 10, secret: SECRET, of_tomorrow: 1 }, { name: 'db' }]
  await endpoint.put({ enabled: true, url, rules: [{ name: 'payments', threshold: 10, secret: SECRET }, db] })
  await redis.client.set(endpoint.configKey, JSON.stringify({ enabled: true, url, rules: [payments, db] }))
  const { page, isClean } = await openSignedIn(t, endpoint)
  await page.locator('.rule > summary', { hasText: 'payments' }).click()
  const mine = page.getByRole('group', { name: 'Rule payments' })
  await mine.getByLabel('Threshold', { exact: true }).fill('20')
  await mine.getByLabel('Cooldown, seconds', { exact: true }).fill('60')
  const theirs = [
    { ...payments, threshold: 15, window_seconds: 90 },
    { ...db, threshold: 3 },
    { name: 'more', match: { level: { gte: 'fatal' } } },
  ]
  await redis.client.set(endpoint.configKey, JSON.stringify({ enabled: true, url, threshold: 7, rules: theirs }))
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByRole('button', { name: 'Load theirs, keep my edits' }).click()
  await page.getByText(/^You both edited these/).waitFor()
  t.match(await page.locator('.conflict').getByRole('row').allInnerTexts(), [
    /Setting\s+Yours\s+Theirs/,
    /^rules\.payments\.threshold\s+20\s+15$/,
  ])
  t.ok(await mine.isVisible(), 'the rule that I edit stays open')
  await page.getByRole('button', { name: 'Review changes' }).click()
  t.match(await rowsOfDialog(page), [
    /Setting/,
    /^rules\.payments\.threshold\s+15\s+20$/,
    /^rules\.payments\.cooldown_seconds\s+\(not stored\)\s+60$/,
  ])
  await page.getByRole('button', { name: 'Write it' }).click()
  await page.getByText(/^Written\./).waitFor()
  const [edited, ...others] = theirs
  t.strictSame(await endpoint.stored(), {
    enabled: true,
    url,
    threshold: 7,
    rules: [{ ...edited, threshold: 20, cooldown_seconds: 60 }, ...others],
  })
  await isClean()
})

t.test('a rule gets another name, and its secret anew: the stored one cannot go along', async (t) => {
  const endpoint = await serve(t)
  const url = 'https://a.test/hook'
  await endpoint.put({ enabled: true, url, rules: [{ name: 'old', threshold: 5, secret: SECRET }] })
  const { page, isClean } = await openSignedIn(t, endpoint)
  await page.locator('.rule > summary').click()
  await page.getByRole('group', { name: 'Rule old' }).getByLabel('Name').fill('new')
  const rule = page.getByRole('group', { name: 'Rule new' })
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByText(/^A stored secret stays with the name of its rule/).waitFor()
  await rule.getByLabel('Secret', { exact: true }).selectOption('Send no secret')
  await page.getByRole('button', { name: 'Review changes' }).click()
  t.match(await rowsOfDialog(page), [
    /Setting/,
    /^rules\s+old\s+new$/,
    /^rules\.old\.name\s+old\s+new$/,
    /^rules\.old\.secret\s+set\s+\(not stored\)$/,
  ])
  await page.getByText(/^1 secret will be gone/).waitFor()
  await page.getByRole('button', { name: 'Write it' }).click()
  await page.getByText(/^Written\./).waitFor()
  t.match(await endpoint.stored(), { rules: [{ name: 'new', threshold: 5, secret: '' }] })
  await isClean()
})

t.test('what is not stored is told from what is, and stays as it is in code', async (t) => {
  const endpoint = await serve(t)
  // The url of this fleet is in its code: alerts are sent.
  await redis.client.set(endpoint.configKey, '{"threshold":5}')
  const { page, isClean } = await openSignedIn(t, endpoint)
  const sent = page.getByLabel('Alerts are sent')
  t.equal(await sent.inputValue(), '')
  t.match(await sent.locator('option').first().innerText(), /^as in code/)
  t.equal(await page.getByLabel('Window, seconds').getAttribute('placeholder'), 'as in code')
  await page.getByLabel('Threshold').fill('6')
  await page.getByRole('button', { name: 'Review changes' }).click()
  t.match(await rowsOfDialog(page), [/Setting/, /^threshold\s+5\s+6$/])
  await page.getByRole('button', { name: 'Write it' }).click()
  await page.getByText(/^Written\./).waitFor()
  t.strictSame(await endpoint.stored(), { threshold: 6 })
  await page.getByLabel('Threshold').fill('')
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByRole('button', { name: 'Write it' }).click()
  await eventually(async () => Object.keys(await endpoint.stored()).length === 0)
  await isClean()
})

t.test('a secret is written, kept and cleared, and never shown', async (t) => {
  const endpoint = await serve(t)
  await endpoint.put({ enabled: true, url: 'https://a.test/hook' })
  const { page, isClean } = await openSignedIn(t, endpoint)
  const write = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByRole('button', { name: 'Write it' }).click()
    await page.getByText('Written').waitFor()
  }
  await page.getByLabel('Secret', { exact: true }).selectOption('replace')
  await page.getByLabel('New secret').fill(SECRET)
  await write()
  t.match(await endpoint.stored(), { secret: SECRET })
  t.equal(await page.getByLabel('New secret').inputValue(), '', 'not even in its field')
  await page.getByLabel('Threshold').fill('6')
  await write()
  t.match(await endpoint.stored(), { secret: SECRET, threshold: 6 }, 'kept')
  await page.getByLabel('Secret', { exact: true }).selectOption('clear')
  await write()
  t.notOk((await endpoint.stored())['secret'], 'cleared')
  await isClean()
})

t.test('members that nobody here knows are kept, and what is not valid can be written over', async (t) => {
  const endpoint = await serve(t)
  const document = { enabled: true, url: 'https://a.test/hook', threshold: 3, of_tomorrow: { a: 1 } }
  await redis.client.set(endpoint.configKey, JSON.stringify(document))
  const { page, isClean } = await openSignedIn(t, endpoint)
  const write = async (): Promise<void> => {
    await page.getByLabel('Threshold').fill('8')
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByRole('button', { name: 'Write it' }).click()
  }
  await write()
  await page.getByText('Written').waitFor()
  t.match(await endpoint.stored(), { threshold: 8, of_tomorrow: { a: 1 } })

  await redis.client.set(endpoint.configKey, JSON.stringify({ url: 7 }))
  await page.getByText(/^The stored config is not valid/).waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByLabel('Webhook URL').fill('https://a.test/hook')
  await write()
  await eventually(async () => (await endpoint.stored())['threshold'] === 8)
  await page.getByText(/^The stored config is not valid/).waitFor({ state: 'hidden' })
  t.equal(await page.getByLabel('Webhook URL').inputValue(), 'https://a.test/…')
  await isClean()
})

t.test('hundreds of groups and hostile texts are shown as what they are on any screen', async (t) => {
  const receiver = await startReceiver(t)
  const endpoint = await serve(t)
  const config = { enabled: true, url: receiver.url, threshold: 20, window_seconds: 600, group_by: ['model'] }
  await endpoint.put({ ...config, secret: SECRET })
  const evaluator = createEvaluator({ redis: redis.url, configKey: endpoint.configKey })
  t.teardown(() => evaluator.close())
  const fail = async (times: number, model: string, errorMessage: string): Promise<void> => {
    for (let i = 0; i < times; i += 1) evaluator.observe({ statusCode: 503, errorMessage, model })
    await evaluator.flush()
  }
  for (let at = 0; at < 300; at += 1) evaluator.observe({ statusCode: 503, model: `model-${at}` })
  const hostile = '<img src=x onerror="alert(1)">'
  // That one group's alert is never delivered, however long the page takes to open.
  receiver.answerWith((_request, response) => {
    const isHostile = receiver.received.at(-1)?.body.group_by.model === hostile
    response.writeHead(isHostile ? 503 : 204).end()
  })
  await fail(20, hostile, hostile)
  const long = 'a-model-with-a-name-that-does-not-end-and-has-no-blank-in-it-'.repeat(3)
  await fail(20, long, `${hostile} ${'x'.repeat(300)}`)

  const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'dark' } as const
  const { page, isClean } = await openSignedIn(t, endpoint, phone)
  await page.getByText('1 alert not delivered').waitFor()
  t.equal(await page.title(), '(1) logsiren', 'a tab in the background says so too')
  await page.locator('.row', { hasText: hostile }).first().waitFor()
  const told = page.locator('#recent details').first()
  await told.locator('summary').click()
  await told.getByText(`503 ${hostile}`).waitFor()
  t.equal(await page.locator('img').count(), 0, 'text stays text')
  t.equal(await page.evaluate('document.documentElement.scrollWidth'), 360, 'nothing is wider than the screen')
  t.ok((await page.locator('.row').count()) <= 24, 'not all are drawn')

  await fail(20, 'model-7', 'boom')
  await page.locator('#recent details').nth(1).waitFor()
  t.equal(await page.locator('#recent details[open]').count(), 1, 'what is open stays open')

  await page.getByLabel('Filter').fill('model-299')
  await page.getByText('1 error in 600 s (threshold 20)').first().waitFor()
  t.equal(await page.locator('.row canvas').count(), 1)
  await isClean()
})

t.test('says who is there, that nobody is, and what is in force while the stored config is not valid', async (t) => {
  const receiver = await startReceiver(t)
  const endpoint = await serve(t)
  const { page, isClean } = await openSignedIn(t, endpoint)
  await page.getByText(/^Nothing is known here: no process has told of itself/).waitFor()
  await redis.client.set(endpoint.configKey, '{}')
  await page.getByText(/^No process has been heard of within the last minute/).waitFor()
  await endpoint.put({ enabled: true, url: receiver.url, threshold: 1000 })
  const service = await startService(t, endpoint, receiver)
  await service.fail(3)
  const summary = page.getByText(/^1 process heard of within the last minute, \d+ lines? a minute$/)
  await summary.waitFor()
  await page.getByText(/^No process has been heard of/).waitFor({ state: 'hidden' })
  await summary.click()
  const cells = page.locator('#processes-table tbody td')
  t.match(await cells.allInnerTexts(), [/./, /./, /^\d+$/, 'pino', /^\d+\.\d+\.\d+/, /^\d+$/, 'stored', /^\d+ s ago$/])
  await redis.client.set(endpoint.configKey, '{"threshold":"many"}')
  await page.getByText(/^The stored config is not valid: Expected `threshold` /).waitFor()
  await service.fail(1)
  await page.getByText(/In force meanwhile: 1 process by the last good one\.$/).waitFor()
  await service.end()
  await isClean()
})

t.test('says where the alerts of a rule go, why one was refused, and when it is tried again', async (t) => {
  const receiver = await startReceiver(t)
  const endpoint = await serve(t)
  const refusing = `${receiver.origin}/refuses/a-path-that-is-secret`
  receiver.answerWith((request, response) => {
    response.writeHead(request.url?.startsWith('/refuses') === true ? 403 : 204).end()
  })
  const rules = [
    { name: 'payments', match: { group: 'payments' }, url: refusing },
    { name: 'db', match: { group: 'db' } },
  ]
  await endpoint.put({ enabled: true, url: receiver.url, threshold: 2, rules })
  const evaluator = createEvaluator({ redis: redis.url, configKey: endpoint.configKey })
  t.teardown(() => evaluator.close())
  for (const group of ['payments', 'payments', 'db', 'db']) evaluator.observe({ statusCode: 503, group })
  await evaluator.flush()
  const { page, isClean } = await openSignedIn(t, endpoint)
  const { host } = new URL(receiver.origin)
  const row = (name: string): Locator => page.locator('.row', { hasText: name })
  await row('payments')
    .getByText(/^Alert of 2 errors was refused by its receiver: .*status 403; next attempt in \d+ min/)
    .waitFor()
  await row('payments').getByText(`To ${host} as json`, { exact: true }).waitFor()
  await row('payments').getByText('1 attempt', { exact: true }).click()
  t.match(await row('payments').getByRole('listitem').allInnerTexts(), [/status 403$/])
  await row('db')
    .getByText(new RegExp(`^To ${host} as json; delivered \\d+ s ago: status 204$`))
    .waitFor()
  t.notMatch(await page.content(), 'a-path-that-is-secret', 'a url may be a secret')
  await isClean()
})

t.test('says how many rules and groups there are beyond those that are here', async (t) => {
  const endpoint = await serve(t)
  const config = { enabled: true, url: 'https://a.test/hook', group_by: ['model'], window_seconds: 600 }
  await endpoint.put(config)
  const evaluator = createEvaluator({ redis: redis.url, configKey: endpoint.configKey })
  t.teardown(() => evaluator.close())
  for (let at = 0; at < 230; at += 1) evaluator.observe({ statusCode: 503, model: `model-${at}` })
  await evaluator.flush()
  const { page, isClean } = await openSignedIn(t, endpoint)
  await page.getByText(/^200 of 230 rules and groups are shown/).waitFor()
  await page.getByText(/30 more rules and groups are not shown: the busiest are$/).waitFor()
  await page.getByLabel('Filter').fill('nothing of the kind')
  await page
    .getByText('None of the 200 here matches the filter. 30 more rules and groups are not shown: the busiest are')
    .waitFor()
  await isClean()
})

t.test('says so while Redis or the server is away, and goes on by itself', async (t) => {
  const server = await startRedisServer(t)
  const endpoint = await serve(t, server.url)
  const { page, isClean } = await openSignedIn(t, endpoint)
  await page.getByText('Live', { exact: true }).waitFor()
  await server.kill()
  await page.getByText(/^Redis does not answer; trying again\. Shown is the state of/).waitFor()
  await server.start()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.route('**/status', (route) => route.abort())
  await page.getByText(/^The server does not answer/).waitFor()
  await page.unroute('**/status')
  await page.getByText('Live', { exact: true }).waitFor()
  await isClean()
})

t.test('signs out as soon as the token is no longer the right one, and leaves nothing', async (t) => {
  const endpoint = await serve(t)
  await endpoint.put({ enabled: true, url: 'https://a.test/a-url-to-look-for', threshold: 3 })
  const { page, isClean } = await openSignedIn(t, endpoint)
  await page.getByLabel('Threshold').fill('4')
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByRole('dialog').waitFor()
  await page.route('**/status', (route) => route.fulfill({ status: 401, body: '{}' }))
  await page.getByText('Signed out').waitFor()
  t.notOk(await page.getByRole('dialog').isVisible())
  t.notMatch(await page.content(), /a-url-to-look-for|threshold<|<canvas/)
  await isClean()
})

t.test('does not ask while nobody looks', async (t) => {
  const endpoint = await serve(t)
  const { page, isClean } = await openSignedIn(t, endpoint)
  await page.getByText('Live', { exact: true }).waitFor()
  const show = (hidden: boolean): Promise<unknown> =>
    page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} })
      document.dispatchEvent(new Event('visibilitychange'))`)
  await show(true)
  // What was on its way may end; after that it is quiet for longer than it ever waits between two looks.
  await page.waitForTimeout(2500)
  let asked = 0
  page.on('request', () => {
    asked += 1
  })
  await page.waitForTimeout(3000)
  t.equal(asked, 0)
  await show(false)
  await eventually(() => asked > 0)
  await isClean()
})

async function rowsOfDialog(page: Page): Promise<string[]> {
  const rows = page.getByRole('dialog').getByRole('row')
  await rows.first().waitFor()
  return rows.allInnerTexts()
}
