import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { type BacktestSettings, runBacktest } from '../../../src/cli/backtest/backtest.js'
import type { GivenConfig } from '../../../src/cli/backtest/given-config.js'
import { UsageError } from '../../../src/cli/usage-error.js'
import type { LogsirenOptions } from '../../../src/index.js'

const startMs = Date.parse('2026-11-23T18:00:00Z')
const lines = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({ level: i % 2 === 0 ? 50 : 30, time: startMs + i * 1000, msg: `line ${i}` }),
)

/** A terminal, or none, that remembers what is written to it. */
class Screen extends Writable {
  text = ''
  readonly isTTY: boolean
  readonly columns = 80

  constructor(isTTY = false) {
    super()
    this.isTTY = isTTY
  }

  override _write(chunk: unknown, _: string, done: () => void): void {
    this.text += String(chunk)
    done()
  }
}

interface Given extends Partial<BacktestSettings> {
  readonly options?: LogsirenOptions
  readonly stdin?: Readable & { isTTY?: boolean }
  readonly stderr?: Screen
}

/** What a backtest prints, and the message of what it throws. */
async function ran(files: readonly string[], given: Given): Promise<{ printed: string; failure?: string }> {
  const { options = { threshold: 20 }, stdin = Readable.from([]), stderr = new Screen(), ...settings } = given
  const stdout = new Screen()
  const config: GivenConfig = { options, source: 'options', text: 'flags', notes: [] }
  try {
    await runBacktest(files, config, { compare: [], json: false, ...settings }, { stdin, stdout, stderr })
    return { printed: stdout.text }
  } catch (error) {
    if (stdout.text === '') throw error
    return { printed: stdout.text, failure: String(error instanceof Error ? error.message : error) }
  }
}

async function run(files: readonly string[], given: Given = {}): Promise<string> {
  const { printed, failure } = await ran(files, given)
  if (failure !== undefined) throw new Error(failure)
  return printed
}

t.test('tells in words what would have been sent, of files and of the standard input', async (t) => {
  const folder = t.testdir({ 'a.log': lines.slice(0, 20).join('\n') })
  const packed = join(folder, 'b.log.gz')
  writeFileSync(packed, gzipSync(lines.slice(20).join('\n')))
  const expected = await run([join(folder, 'a.log'), packed])
  t.match(expected, /^40 lines, 20 errors, from 2026-11-23 18:00:00/)
  t.match(expected, '2026-11-23 18:00:38  ALERT  default  20 errors within 60 s (threshold 20)')
  t.match(expected, /line 38/)
  t.match(expected, /▲/)
  const input = (text: string | Buffer): Readable => Readable.from([text])
  t.equal(await run([], { stdin: input(lines.join('\n')) }), expected)
  t.equal(await run(['-'], { stdin: input(gzipSync(lines.join('\n'))) }), expected)
  t.equal(await run([join(folder, 'a.log'), '-'], { stdin: input(lines.slice(20).join('\n')) }), expected)
})

t.test('asks for a file where nobody would write lines', async (t) => {
  const stdin = Object.assign(Readable.from([]), { isTTY: true })
  const error = await run([], { stdin }).catch((reason: unknown) => reason)
  t.ok(error instanceof UsageError)
  t.match(error, { message: /^Expected a file, or lines on the standard input/ })
})

t.test('puts settings side by side', async (t) => {
  const folder = t.testdir({ 'a.log': lines.join('\n') })
  const text = await run([join(folder, 'a.log')], { compare: ['threshold=5', 'threshold=5,window-seconds=2'] })
  t.match(text, /as given {2,}threshold=5 {2,}threshold=5,window-seconds=2\n/)
  t.match(text, /\nalerts +1 +1 +0\n/)
  const error = await run([], { compare: ['colour=red'] }).catch((reason: unknown) => reason)
  t.ok(error instanceof UsageError)
})

t.test('prints the report alone as JSON', async (t) => {
  const folder = t.testdir({ 'a.log': lines.join('\n') })
  const html = join(folder, 'report.html')
  for (const more of [{}, { html }]) {
    const report: unknown = JSON.parse(
      await run([join(folder, 'a.log')], { json: true, compare: ['threshold=5'], ...more }),
    )
    t.match(report, { lines: 40, errors: 20, alerts: [{ count: 20 }], compared: [{ change: { threshold: 5 } }] })
    t.notMatch(JSON.stringify(report), 'timeline')
  }
  t.match(readFileSync(html, 'utf8'), '"timeline":{"from":"2026-11-23')
  const grouped = Readable.from(['{"level":50,"time":1795392000010,"timeline":"main"}'])
  const report = await run(['-'], { json: true, stdin: grouped, options: { threshold: 1, groupBy: 'timeline' } })
  t.match(JSON.parse(report), { alerts: [{ groupBy: { timeline: 'main' } }] }, 'a group may be called so')
})

t.test('writes a page with charts, or says why it cannot', async (t) => {
  const folder = t.testdir({ 'a.log': lines.join('\n') })
  const html = join(folder, 'report.html')
  t.match(await run([join(folder, 'a.log')], { html }), `\nThe report with charts: ${html}\n`)
  t.match(readFileSync(html, 'utf8'), /^<!doctype html>/)
  // Before anything is read, which may take long.
  const unread = Readable.from([''])
  for (const [name, reason] of [
    ['missing/report.html', 'there is no such folder'],
    ['a.log', 'it holds something else, which would be lost'],
  ])
    await t.rejects(run(['-'], { html: join(folder, name ?? ''), stdin: unread }), {
      message: `Expected \`${join(folder, name ?? '')}\` to be a file that a page can be written to: ${reason}`,
    })
  t.equal(unread.readableDidRead, false)
  t.equal(readFileSync(join(folder, 'a.log'), 'utf8'), lines.join('\n'))
})

t.test('names what cannot be read, in one sentence', async (t) => {
  const folder = t.testdir({})
  await t.rejects(run([join(folder, 'missing\u001b[2J.log')]), {
    message: `Expected \`${join(folder, 'missing.log')}\` to be a file that can be read: there is no such file`,
  })
  await t.rejects(run(['-'], { stdin: Readable.from([gzipSync('lines\n').subarray(0, 9)]) }), {
    message: 'Expected `standard input` to be a file that can be read: the packed data end too early',
  })
  await t.rejects(run(['-'], { stdin: Readable.from([Buffer.from('fd377a585a000000', 'hex')]) }), {
    message:
      '`standard input` looks like an xz archive, which logsiren does not read: decompress it first, e.g. xz -dc FILE | logsiren backtest -',
  })
  await t.rejects(run(['-'], { options: { threshold: 0 } }), { code: 'ERR_LOGSIREN_CONFIG' })
})

t.test('lets nothing through that a terminal would act on', async (t) => {
  const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31m\r\u202e'
  const line = JSON.stringify({ level: 50, time: startMs, msg: `a${evil}b`, model: `c${evil}d` })
  const options = { threshold: 1, groupBy: 'model', sendResolved: true }
  const later = JSON.stringify({ level: 30, time: startMs + 600_000 })
  const text = await run(['-'], { options, stdin: Readable.from([`${line}\n${later}\n`]) })
  t.match(text, / {2}ALERT {2}default · model=c.*d {2}1 error.*\n +a.*\n/)
  t.notMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

t.test('shows how far it has come with a large file, on a terminal only', async (t) => {
  const folder = t.testdir({ 'a.log': '', 'small.log': `${lines[0]}\n` })
  const large = join(folder, 'a.log')
  // Blank lines of zeros: one line, which is passed over, and on most disks takes no room.
  truncateSync(large, 60e6)
  const [terminal, pipe, idle] = [new Screen(true), new Screen(false), new Screen(true)]
  const blind = { failure: /most of the input was not understood/, printed: /1 line passed over/ }
  t.match(await ran([large], { stderr: terminal }), blind)
  t.match(await ran([large], { stderr: pipe }), blind)
  await run([join(folder, 'small.log'), '-'], { stderr: idle })
  t.match(terminal.text, /^\r {2}\d % [█░]{30} \d+ MB of 60 MB/)
  t.ok(terminal.text.endsWith('\r\u001b[K'))
  t.strictSame([pipe.text, idle.text], ['', ''])
  const failed = new Screen(true)
  await t.rejects(run([large, join(folder, 'missing.log')], { stderr: failed }))
  t.ok(failed.text.endsWith('\r\u001b[K'), 'is taken off before the reason is told')
})

t.test('fails after its report where that says little of what was logged', async (t) => {
  const folder = t.testdir({ 'prose.txt': 'nothing\nof\nthe kind\n', 'a.log': lines.join('\n'), 'empty.log': '' })
  const path = (name: string): string => join(folder, name)
  t.match(await ran([path('prose.txt')], {}), {
    failure: /^most of the input was not understood \(3 of 3 lines\)/,
    printed: /3 of 3 lines were not understood; the first looks like: nothing\nNo alert in what was understood/,
  })
  t.match(await ran([path('prose.txt')], { json: true }), {
    printed: /"notUnderstood": \{\s+"lines": 3,\s+"first": "nothing",\s+"most": true/,
  })
  // In the words alone, since long paths are broken anywhere.
  const three = await run([path('prose.txt'), path('a.log'), path('empty.log')])
  t.match(three.replaceAll(/\s+/g, ''), /empty\.log`isempty\.3of43lines/)
  t.match(await run([path('empty.log')]), /0 lines[\s\S]*is empty[\s\S]*nothing to look at/)
  t.match(await ran(['-'], { stdin: Readable.from(['ERROR no time\n']) }), { failure: /no error has a time/ })
  const many = Array.from({ length: 20_000 }, (_, i) =>
    JSON.stringify({ level: 50, time: startMs + i, msg: `${i * 7919}` }),
  )
  writeFileSync(path('cut.gz'), gzipSync(many.join('\n')).subarray(0, 30_000))
  t.match(await ran([path('cut.gz')], { options: { threshold: 5 } }), {
    failure: /cut\.gz` was read in part only: the packed data end too early$/,
    printed: /[1-9][\d,]* lines, [\s\S]*1 alert would have been sent/,
  })
})

t.test('reads lines as it is told', async (t) => {
  const access = `203.0.113.9 - - [23/Nov/2026:18:00:00 +0000] "GET / HTTP/1.1" 503 1 "-" "-"\n`
  const input = (): Readable => Readable.from([access])
  t.match(await run(['-'], { stdin: input(), options: { threshold: 1 }, parser: 'morgan' }), /18:00:00 {2}ALERT/)
  t.match(await ran(['-'], { stdin: input(), parser: 'json' }), { failure: /not understood/ })
})
