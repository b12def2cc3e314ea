import { Readable } from 'node:stream'
import type { Browser, Page } from 'playwright-core'
import t from 'tap'
import { type BacktestOptions, type BacktestReport, backtest } from '../../../src/backtest/backtest.js'
import { backtestHtml } from '../../../src/cli/backtest/report-page.js'
import { launchBrowser } from '../../fixtures/browser.js'
import { eventually } from '../../fixtures/eventually.js'
import { toldReport } from '../../fixtures/told-report.js'

const startMs = Date.parse('2026-11-23T18:00:00Z')
const evil = '</script><img src=x onerror="document.title=1"><script>document.title=1</script><!--'

function reportOf(options: BacktestOptions, more: object = {}): Promise<BacktestReport> {
  const lines = Array.from({ length: 1200 }, (_, i) => {
    const isError = i >= 300 && i < 360
    const members = { level: isError ? 50 : 30, time: startMs + i * 1000, msg: `db timeout ${evil}`, ...more }
    return JSON.stringify({ ...members, model: i % 2 === 0 ? 'a' : evil })
  })
  return backtest(Readable.from([lines.join('\n')]), { ...options, timeline: true })
}

t.test('in a browser', async (t) => {
  const browser: Browser = await launchBrowser()
  t.teardown(() => browser.close())

  /** Opens the page without a network; gives what it complained about, and asked for. */
  const open = async (html: string, width = 1200): Promise<{ page: Page; troubles: string[] }> => {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    const troubles: string[] = []
    page.on('console', (message) => troubles.push(message.text()))
    page.on('pageerror', (error) => troubles.push(error.message))
    page.on('request', (request) => troubles.push(request.url()))
    await page.setContent(html)
    return { page, troubles }
  }

  const options = { threshold: 5, cooldownSeconds: 20, sendResolved: true, groupBy: 'model' }

  await t.test('shows charts and alerts of every group, and takes texts for texts', async (t) => {
    const { page, troubles } = await open(backtestHtml(toldReport(await reportOf(options)), ['app.log', '-', evil]))
    await page.waitForSelector('canvas')
    t.strictSame(troubles, [])
    t.equal(await page.title(), 'Backtest')
    t.equal(await page.locator('img').count(), 0)
    t.equal(await page.locator('header p').first().textContent(), `app.log, standard input, ${evil}`)
    t.equal(await page.locator('.chart').count(), 2)
    t.match(await page.locator('h2').allTextContents(), [/^default · model=/, /^default · model=/])
    t.equal(await page.locator('.alerts tbody tr').count(), 8)
    t.match(await page.locator('.alerts tbody tr').first().textContent(), /2026-11-23 18:05:0\dalert.*5 in 60 s/)
    t.match(await page.locator('.alerts .resolved').count(), 2)
  })

  await t.test('has no header without a text, and no name of a group turns a heading round', async (t) => {
    const report = await reportOf({ ...options, compare: [{ threshold: 6 }] })
    const { page } = await open(backtestHtml(toldReport(report, ['threshold=6']), ['app.log']))
    await page.waitForSelector('canvas')
    const heads = await page.locator('th').allTextContents()
    t.ok(heads.length >= 6)
    t.strictSame(
      heads.filter((head) => head.trim() === ''),
      [],
    )
    t.equal(await page.locator('h2 > bdi').count(), 2)
    const aloud = await page
      .locator('td:text("default · model"):not(:has(bdi)), h2:text("default · model"):not(:has(bdi))')
      .count()
    t.equal(aloud, 0, 'a name stands apart from what is around it')
  })

  await t.test('says what was tried, and what of the input it is not about', async (t) => {
    const report = await backtest(Readable.from([`${evil}\nmore\n`]), { timeline: true })
    const given = { text: `stored under ${evil}`, notes: ['Alerts are off.'] }
    const { page } = await open(backtestHtml(toldReport(report, [], given), ['app.log']), 390)
    const texts = await page.locator('header p').allTextContents()
    for (const text of [`As given: stored under ${evil}`, 'Alerts are off.']) t.ok(texts.includes(text), text)
    t.match(await page.locator('.gap').allTextContents(), [
      /^2 of 2 lines were not understood; the first looks like: <\/script>/,
      /^No alert in what was understood, which is not to say/,
    ])
    t.equal(await page.title(), 'Backtest')
    t.ok(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 390)
  })

  await t.test('draws the threshold, alerts, ends and cooldowns', async (t) => {
    const { page } = await open(backtestHtml(toldReport(await reportOf({ ...options, groupBy: [] })), ['app.log']))
    await page.waitForSelector('canvas')
    const paints = (colours: readonly string[]): Promise<unknown> =>
      page.evaluate(`(() => {
      const canvas = document.querySelector('canvas')
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
      const seen = new Set()
      for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) seen.add([data[i], data[i + 1], data[i + 2]].join())
      return ${JSON.stringify(colours)}.every((colour) =>
        seen.has([1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)).join()))
    })()`)
    t.ok(await paints(['#c2410c', '#d11a2a', '#15803d', '#2563eb']))
    await page.emulateMedia({ colorScheme: 'dark' })
    await eventually(async () => (await paints(['#fb923c', '#ff6b74', '#4ade80', '#7ea6ff'])) === true)
  })

  await t.test('shows a part of the time, keeps it when the window changes, and shows all again', async (t) => {
    const { page } = await open(backtestHtml(toldReport(await reportOf({ ...options, groupBy: [] })), ['app.log']))
    const chart = page.locator('.chart').first()
    const over = chart.locator('.u-over').first()
    await over.waitFor()
    /** The moment that is shown at the left and at the right edge. */
    const edges = async (): Promise<(string | null)[]> => {
      const { width = 0, height = 0 } = (await over.boundingBox()) ?? {}
      const told: (string | null)[] = []
      for (const x of [1, width - 2]) {
        await over.hover({ position: { x, y: height / 2 } })
        told.push((await page.locator('.readout').first().textContent())?.slice(11, 16) ?? null)
      }
      return told
    }
    t.strictSame(await edges(), ['18:00', '18:19'])
    const { x = 0, y = 0, width = 0 } = (await over.boundingBox()) ?? {}
    await page.mouse.move(x + width / 2, y + 20)
    await page.mouse.down()
    await page.mouse.move(x + (width * 3) / 4, y + 20, { steps: 5 })
    await page.mouse.up()
    t.strictSame(await edges(), ['18:10', '18:14'])
    await page.setViewportSize({ width: 800, height: 900 })
    await eventually(async () => ((await over.boundingBox())?.width ?? 0) < 800)
    t.strictSame(await edges(), ['18:10', '18:14'])
    await over.dblclick({ position: { x: 50, y: 50 } })
    t.strictSame(await edges(), ['18:00', '18:19'])
  })

  await t.test('is read with the keyboard', async (t) => {
    const { page } = await open(backtestHtml(toldReport(await reportOf({ ...options, groupBy: [] })), ['app.log']))
    await page.waitForSelector('canvas')
    const chart = page.locator('.chart').first()
    t.match(
      await chart.getAttribute('aria-label'),
      /^Chart of default: 60 errors, at most 60 within 60 s, threshold 5, 3 alerts/,
    )
    await page.keyboard.press('Tab')
    t.ok((await page.evaluate('document.activeElement.className')) === 'chart')
    const told = async (key: string): Promise<string | null> => {
      await page.keyboard.press(key)
      return page.locator('.readout').first().textContent()
    }
    t.match(await told('ArrowRight'), /^2026-11-23 18:00:00 +0 in the window, 0 errors a minute$/)
    t.match(await told('Shift+ArrowRight'), /^2026-11-23 18:05:04 .*, 60 errors a minute, ALERT, cooldown$/)
    t.match(await told('Shift+ArrowRight'), /^2026-11-23 18:05:24 .*ALERT/)
    t.match(await told('Shift+ArrowLeft'), /^2026-11-23 18:05:04 .*ALERT/)
    t.match(await told('ArrowLeft'), /^2026-11-23 18:05:02 /)
    t.match(await told('End'), /^2026-11-23 18:19:58 /)
    t.match(await told('Home'), /^2026-11-23 18:00:00 /)
  })

  await t.test('puts settings side by side, below one another on a phone', async (t) => {
    const compare = [{ threshold: 20 }, { threshold: 100 }]
    const html = backtestHtml(toldReport(await reportOf({ ...options, compare }), ['threshold=20', 'threshold=100']), [
      'app.log',
    ])
    const { page } = await open(html)
    const cells = await page.locator('.settings tr').allTextContents()
    t.match(cells, [/^as giventhreshold=20threshold=100$/, /^Errors606060$/, /^Ignored000$/, /^Alerts640$/])
    const lefts = async (on: Page): Promise<number> =>
      new Set(
        await Promise.all(
          (await on.locator('.runs').first().locator('> div').all()).map(async (one) => (await one.boundingBox())?.x),
        ),
      ).size
    t.ok((await lefts(page)) > 1)
    const { page: phone } = await open(html, 360)
    t.equal(await lefts(phone), 1)
    await phone.waitForSelector('canvas')
    t.ok(await phone.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is wider than the screen')
  })

  await t.test('has something to say where there is nothing to show', async (t) => {
    const report = await backtest(Readable.from([]), { timeline: true })
    const { page, troubles } = await open(backtestHtml(toldReport(report), ['-']))
    t.match(await page.locator('header').textContent(), /lines0errors0alerts0/)
    t.match(await page.locator('header').textContent(), /There was nothing to look at/)
    t.match(await page.locator('main').textContent(), /No alert in what was looked at\.$/)
    t.strictSame(troubles, [])
    const plain = await open(backtestHtml(toldReport(await backtest(Readable.from([]))), ['-']))
    t.strictSame(plain.troubles, [], 'without a timeline too')
  })
})

t.test('allows its own scripts and styles alone, and refers to nothing', async (t) => {
  const html = backtestHtml(toldReport(await reportOf({ threshold: 5 })), ['app.log'])
  t.match(html, /content="default-src 'none'; script-src 'sha256-[^']+' 'sha256-[^']+'; style-src 'sha256-[^']+';/)
  t.notMatch(html, /<(?:link|img|iframe)|<script[^>]* src=/)
  t.equal(html.match(/<script/g)?.length, 3, 'texts of the report begin no element')
  t.equal(html.match(/<\/script/g)?.length, 3)
})

t.test('holds the first alerts of very many', async (t) => {
  const report = await reportOf({ threshold: 5 })
  const [alert] = report.alerts
  if (alert === undefined) throw new Error('there is an alert')
  const alerts = new Array(2500).fill(alert)
  t.match(backtestHtml(toldReport({ ...report, alerts }), ['a']), '"alertsLeftOut":500')
})
