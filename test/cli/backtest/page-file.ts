import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkPageFile, PAGE_START, writePage } from '../../../src/cli/backtest/page-file.js'

t.test('takes a new file, an empty one, and one that a page is in', async (t) => {
  const folder = t.testdir({ empty: '', 'page.html': `${PAGE_START}\n<html>`, 'other.html': '<!DOCTYPE HTML><p>' })
  for (const name of ['new.html', 'empty', 'page.html', 'other.html']) await checkPageFile(join(folder, name))
  await checkPageFile('/dev/null')
  const path = join(folder, 'page.html')
  await writePage(path, 'a page')
  t.equal(readFileSync(path, 'utf8'), 'a page')
  t.throws(() => readFileSync(join(folder, 'new.html')), { code: 'ENOENT' }, 'to look leaves nothing behind')
})

t.test('overwrites nothing else, and says what is wrong', async (t) => {
  const folder = t.testdir({ 'app.log': '{"level":50}\n', short: '<' })
  for (const [name, reason] of [
    ['app.log', 'it holds something else, which would be lost'],
    ['short', 'it holds something else, which would be lost'],
    ['', 'it is a directory'],
    ['missing/page.html', 'there is no such folder'],
    ['app.log/page.html', 'its folder is a file'],
  ] as const) {
    const path = join(folder, name)
    await t.rejects(checkPageFile(path), {
      message: `Expected \`${path}\` to be a file that a page can be written to: ${reason}`,
    })
  }
  await t.rejects(writePage(folder, 'a page'), { message: /: it is a directory$/ })
  t.equal(readFileSync(join(folder, 'app.log'), 'utf8'), '{"level":50}\n')
  await t.rejects(checkPageFile('no\u001b[31mne/page.html'), { message: /^Expected `none\/page.html` / })
})
