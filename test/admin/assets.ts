import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { pageAsset } from '../../src/admin/assets.js'
import { root } from '../fixtures/root.js'

const source = `${root}src/admin/page/`

t.test('has every file that the page asks for, and no other', async (t) => {
  const page = await pageAsset('')
  t.match(page, { contentType: 'text/html; charset=utf-8', etag: /^"[\w-]{22}"$/ })
  const html = String(page?.body)
  const asked = new Set([...html.matchAll(/(?:href|src)="([\w.-]+)"/g)].map(([, name = '']) => name))
  t.strictSame([...asked].sort(), ['page.css', 'page.js', 'uplot.css'])
  for (const name of asked) {
    const asset = await pageAsset(name)
    t.match(asset?.contentType, name.endsWith('.css') ? 'text/css' : 'text/javascript', name)
    for (const [, next = ''] of String(asset?.body).matchAll(/from '\.\/([\w.-]+)'/g)) asked.add(next)
  }
  const scripts = readdirSync(source).filter((file) => /(?<!\.d)\.ts$/.test(file))
  for (const file of scripts) t.ok(asked.has(file.replace(/ts$/, 'js')), `${file} is used`)
  t.ok(asked.has('uplot.js'))
  for (const name of ['../assets.js', 'page.ts', 'tsconfig.json', 'constructor', 'index.html', '/'])
    t.equal(pageAsset(name), undefined, name)
  t.equal(pageAsset('page.js'), pageAsset('page.js'), 'it is read once')
})

t.test('nothing in it comes from elsewhere, and nothing is run or styled in the page itself', async (t) => {
  for (const name of ['', 'page.css', 'uplot.css'])
    t.notMatch(String((await pageAsset(name))?.body), /https?:|@import|url\(/, name)
  const html = readFileSync(`${source}index.html`, 'utf8')
  t.notMatch(html, /<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/)
})
