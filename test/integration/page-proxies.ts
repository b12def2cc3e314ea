// The status page in a real Chromium behind a real nginx, which puts another path in place of the endpoint's own, in the ways that nginx has.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import t from 'tap'
import { createAdminHandler } from '../../src/admin.js'
import { launchBrowser } from '../fixtures/browser.js'
import { startNginx } from '../fixtures/nginx.js'
import { startRedis } from '../fixtures/redis.js'

const TOKEN = 'the-token-of-this-endpoint'
t.setTimeout(180_000)
const redis = await startRedis(t)
const configKey = redis.newConfigKey()
const browser: Browser = await launchBrowser()
t.teardown(() => browser.close())

/** An endpoint with a server of its own. */
async function serve(path: string): Promise<string> {
  const handler = createAdminHandler({ redis: redis.url, configKey, token: TOKEN, path })
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await handler.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const [below, root] = [await serve('/admin/logs/webhook'), await serve('/')]
// Packed answers have other ETags than the endpoint gave them.
const nginx = await startNginx(
  t,
  `gzip on;
    gzip_min_length 1;
    gzip_proxied any;
    gzip_types *;
    location /slashes/ { proxy_pass ${below}/admin/logs/webhook/; }
    location /none { proxy_pass ${below}/admin/logs/webhook; }
    location /doubled { proxy_pass ${below}/admin/logs/webhook/; }
    location /rewritten/ { rewrite ^/rewritten/(.*)$ /admin/logs/webhook/$1 break; proxy_pass ${below}; }
    location /deep/er/ { proxy_pass ${below}/; }
    location /root/ { proxy_pass ${root}/; }
    location / { proxy_pass ${below}; }`,
)

interface Watched {
  readonly page: Page
  readonly errors: readonly string[]
}

async function open(address: string): Promise<Watched> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => {
    // A page that was opened where only who is let in gets something says so.
    if (message.type() === 'error' && !/status of 401/.test(message.text())) errors.push(message.text())
  })
  page.on('requestfailed', (request) => errors.push(`no answer from ${request.url()}`))
  await page.goto(address)
  return { page, errors }
}

let threshold = 10
for (const [name, path] of [
  ['a prefix in place of the endpoint’s path, both with a slash', '/slashes/'],
  ['that prefix without its slash', '/slashes'],
  ['a prefix without a slash in place of a path without one', '/none'],
  ['that prefix with a slash', '/none/'],
  ['a prefix without a slash in place of a path with one', '/doubled/'],
  ['a path that is rewritten', '/rewritten/'],
  ['a prefix before the endpoint’s path', '/deep/er/admin/logs/webhook/'],
  ['a prefix before the endpoint’s path, without a slash', '/deep/er/admin/logs/webhook'],
  ['a prefix before an endpoint that has its server for itself', '/root/'],
  ['no prefix', '/admin/logs/webhook/'],
  ['no prefix and no slash', '/admin/logs/webhook'],
] as const)
  t.test(`the page behind nginx signs in, follows and writes: ${name}`, async (t) => {
    await redis.client.set(configKey, '{"enabled":true,"url":"https://a.test/hook","threshold":10}')
    const { page, errors } = await open(`${nginx}${path}`)
    t.teardown(() => page.context().close())
    await page.getByLabel('Token').fill(TOKEN)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Live').waitFor()
    threshold += 1
    await page.getByLabel('Threshold', { exact: true }).fill(String(threshold))
    await page.getByRole('button', { name: 'Review changes' }).click()
    await page.getByRole('button', { name: 'Write it' }).click()
    await page.getByText(/^Written\./).waitFor()
    t.match(JSON.parse((await redis.client.get(configKey)) ?? '{}'), { threshold, url: 'https://a.test/hook' })
    t.equal(await page.evaluate('getComputedStyle(document.body).marginTop'), '0px', 'with its styles')
    t.strictSame(errors, [])
  })
