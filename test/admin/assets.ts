import t from 'tap'
import { pageAsset } from '../../src/admin/assets.js'

const files = ['page.css', 'page.js', 'uplot.js']
const textOf = async (name: string): Promise<string> => String((await pageAsset(name))?.body)

t.test('has every file that the page asks for, and no other', async (t) => {
  const page = await pageAsset('')
  t.match(page, { contentType: 'text/html; charset=utf-8', etag: /^"[\w-]{22}"$/ })
  const asked = [...String(page?.body).matchAll(/(?:href|src)="([\w.-]+)"/g)].map(([, name]) => name)
  t.strictSame(asked.sort(), files)
  for (const name of files) {
    const asset = await pageAsset(name)
    t.match(asset?.contentType, name.endsWith('.css') ? 'text/css' : 'text/javascript', name)
    t.ok((asset?.body.length ?? 0) > 1000, name)
  }
  t.not((await pageAsset('page.js'))?.etag, page?.etag)
  for (const name of ['../assets.js', 'page.ts', 'tsconfig.json', 'constructor', 'index.html', 'uplot.css', '/'])
    t.equal(pageAsset(name), undefined, name)
  t.equal(pageAsset('page.js'), pageAsset('page.js'), 'it is made once')
})

t.test('the styles of the page are those of its source, without what only people read', async (t) => {
  const built = await textOf('page.css')
  t.notMatch(built, /\/\*|\n./)
  t.match(built, '.uplot')
  t.match(built, '@media (prefers-color-scheme: dark)')
})

t.test('nothing in it comes from elsewhere, and nothing is run or styled in the page itself', async (t) => {
  // A link in what is said of an option loads nothing, nor does the example of one.
  const withoutLinks = (text: string): string => text.replaceAll(/\]\(https:[^)]*\)|"https:\/\/\w+\.example\.com/g, '')
  for (const name of ['', 'page.css', 'page.js'])
    t.notMatch(withoutLinks(await textOf(name)), /https?:|@import|url\(/, name)
  t.notMatch(await textOf(''), /<script(?![^>]*src=)|<style|\sstyle=|\son\w+=/)
  for (const name of ['page.js', 'uplot.js']) t.notMatch(await textOf(name), /\bimport\b|sourceMappingURL/, name)
})
