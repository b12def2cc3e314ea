// The pages are a promise: their tables list exactly what the code has, and what they and the source point to is there.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { optionTexts } from '../../src/config/option-texts.js'
import { errorCodes, warningCodes } from '../../src/errors.js'
import { newCounters } from '../../src/evaluator/stats.js'
import { keyNames } from '../../src/store/redis/keys.js'
import { blocksOf } from '../fixtures/readme/blocks.js'
import { allBlocks, type Page, pages, suites, textOf } from '../fixtures/readme/pages.js'
import { startReceiver } from '../fixtures/receiver.js'
import { root } from '../fixtures/root.js'
import { type RunOptions, run } from '../fixtures/run.js'
import { series } from '../fixtures/store-bench.js'

const MAX_README_LINES = 550
const MAX_LINE_LENGTH = 160

const readme = textOf('README.md')

/** The names in the first column of a page's table under this header. */
function firstColumn(page: Page, header: string): string[] {
  const text = textOf(page)
  const table = text.slice(text.indexOf(`\n| ${header} |`)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(3)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
}

t.test('lists every option, warning, error code and counter, and no other', (t) => {
  t.strictSame(firstColumn('README.md', 'option').sort(), Object.keys(optionTexts).sort())
  t.strictSame(firstColumn('README.md', 'warning').sort(), Object.values(warningCodes).sort())
  const codes = firstColumn('README.md', 'message or code').filter((name) => name.startsWith('ERR_LOGSIREN_'))
  t.strictSame(codes.sort(), Object.values(errorCodes).sort())
  t.strictSame(firstColumn('src/admin/README.md', 'counter').sort(), Object.keys(newCounters()).sort())
  t.end()
})

t.test('lists every key that is kept in Redis, and no other', (t) => {
  const names = keyNames('', false)
  const {
    config: _,
    sequence,
    ring,
    others,
    bucket,
    delivery,
    alert,
    due,
    ends,
    begun,
    kinds,
    answer,
    beat,
    open: __,
    ...plain
  } = names
  const keys = [
    ...Object.values(plain),
    sequence('process'),
    ...[
      ring(series),
      others(series),
      bucket(series, 7),
      delivery(series),
      alert(series),
      due(series.rule),
      ends(series.rule),
      begun(series.rule),
      kinds(series.rule),
    ],
    answer('default', 'x'),
    beat('https://a.test/'),
  ]
  const kindOf = (suffix: string): string => suffix.replace(/:[^:]*$/, ':')
  const shown = firstColumn('src/store/README.md', 'suffix').map(kindOf)
  t.strictSame([...new Set(shown)].sort(), [...new Set(keys.map((key) => kindOf(key.slice(1))))].sort())
  t.end()
})

/** README's table of options as the code has it. */
function optionRows(): readonly string[] {
  return Object.entries(optionTexts).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |`,
  )
}

t.test('says of every option what the code says of it, in its words', (t) => {
  const rows = optionRows()
  t.ok(
    readme.includes(`\n| option | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n\n`),
    `the rows are:\n${rows.join('\n')}`,
  )
  t.end()
})

const section = (heading: string): string => readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
const sourceOf = (file: string): string => readFileSync(`${root}src/${file}`, 'utf8')
const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
const wholeSource = sources.map(sourceOf).join('\n')

t.test('has advice for every warning, every error, and every reason that an attempt or Redis fails for', (t) => {
  const advice = section('Troubleshooting') + textOf('src/store/README.md')
  const unions = [...sourceOf('deliver/outcome.ts').matchAll(/^export type \w+Reason =(.+?)\n\n/gms)]
  const reasons = unions.flatMap(([, union = '']) => [...union.matchAll(/'(\w+)'/g)].map(([, word = '']) => word))
  t.ok(reasons.includes('timeout') && reasons.includes('certificate'), reasons.join())
  const ofRedis = [...sourceOf('store/connection/reasons.ts').matchAll(/\b(?:NO|WRONG|READ|MOV)[A-Z]{2,}\b/g)].map(
    ([word]) => word,
  )
  t.ok(ofRedis.includes('NOPERM'), ofRedis.join())
  const words = [...Object.values(warningCodes), ...Object.values(errorCodes), ...reasons, ...ofRedis]
  t.strictSame(
    words.filter((word) => !advice.includes(`\`${word}\``)),
    [],
  )
  t.end()
})

t.test('quotes the messages of warnings as they are', (t) => {
  const table = section('Troubleshooting').split('\n| warning |')[1]?.split('\n\n')[0] ?? ''
  const quotes = [...table.matchAll(/“([^”]+)”/g)].map(([, quote = '']) => quote)
  t.ok(quotes.length >= Object.keys(warningCodes).length, quotes.join())
  t.strictSame(
    quotes.filter((quote) => !wholeSource.includes(quote)),
    [],
  )
  t.end()
})

t.test('shows figures that were measured', (t) => {
  const table = section('Performance').split('\n\n')[1] ?? ''
  const rows = table.split('\n').slice(2)
  t.equal(rows.length, 6)
  const measured = textOf('benchmarks/README.md').split('\n## Results\n')[1]?.split('\n## ')[0] ?? ''
  const figures = rows.flatMap(
    (row) =>
      row
        .split('|')
        .slice(2)
        .join(' ')
        .match(/[\d,.]*\d(?![\w])/g) ?? [],
  )
  t.ok(figures.length > 12, figures.join())
  t.strictSame(
    figures.filter((figure) => !measured.split(/\s/).includes(figure)),
    [],
  )
  t.end()
})

t.test('quotes what Node and pino really say, and its way out of it works', async (t) => {
  const advice = section('Troubleshooting')
  const receiver = await startReceiver(t)
  const says = async (program: string, message: string, options: RunOptions = {}): Promise<void> => {
    t.match((await run(program, options)).stderr, message)
    t.match(advice, message)
  }
  const pinoProgram = (target: string, options: string): string => `import pino from 'pino'
    pino(pino.transport({ target: ${target}, options: ${options} })).error('down')`
  const options = `{ url: '${receiver.url}', threshold: 1 }`
  await says(pinoProgram(`'logsiren/pino'`, '{ url: () => {} }'), 'could not be cloned')
  await says(pinoProgram(`'logsiren/pino'`, '{ threshold: 0 }'), 'logsiren: bad options: Expected ')
  // From a place where there is no such package.
  const folder = mkdtempSync(join(tmpdir(), 'logsiren-readme-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const pinoFile = pathToFileURL(`${root}node_modules/pino/pino.js`).href
  writeFileSync(
    `${folder}/app.mjs`,
    pinoProgram(`'logsiren/pino'`, options).replace(`from 'pino'`, `from '${pinoFile}'`),
  )
  const elsewhere = `void import('${folder}/app.mjs')`
  await says(elsewhere, 'unable to determine transport target for "logsiren/pino"')
  await says(`require('logsiren')`, 'ERR_REQUIRE_ESM', {
    isCommonJs: true,
    flags: ['--no-experimental-require-module'],
  })
  t.match(advice, "`target: import.meta.resolve('logsiren/pino')`")
  t.match(await run(pinoProgram(`import.meta.resolve('logsiren/pino')`, options)), { code: 0, stderr: '' })
  t.equal(receiver.received.length, 1)
})

const SKIPPED = /(^|\/)(node_modules|dist|\.[^/]+|tap-snapshots)\//

t.test('every page of the repository is known, and its code blocks are run by one test file', (t) => {
  const found = ['.', 'src', 'test', 'benchmarks'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: folder !== '.', encoding: 'utf8' })
      .map((file) => posix.join(folder, file))
      .filter((file) => file.endsWith('.md') && !SKIPPED.test(file)),
  )
  const withBlocks = found.filter((file) => blocksOf(readFileSync(`${root}${file}`, 'utf8')).length > 0)
  t.strictSame([...pages].sort(), withBlocks.sort())
  for (const suite of Object.keys(suites)) t.ok(existsSync(`${root}test/integration/readme-${suite}.ts`), suite)
  t.end()
})

t.test('a block that nobody knows, or that is never closed, is seen', (t) => {
  const page = 'README.md'
  t.strictSame(blocksOf('# A\n\n```js\na\n```\n\n## B\n\n```\nb\n\n# c\n```\n'), [
    { page, heading: 'A', language: 'js', text: 'a', line: 3 },
    { page, heading: 'B', language: '', text: 'b\n\n# c', line: 9 },
  ])
  t.throws(() => blocksOf('```js\na\n'), /line 1/)
  t.end()
})

t.test('every block names its language, no line outside of tables and output is too long, README is short', (t) => {
  t.strictSame(
    allBlocks().filter(({ language }) => language === ''),
    [],
  )
  for (const page of pages) {
    const outputs = blocksOf(textOf(page)).filter(({ language }) => language === 'text' || language === 'json')
    const long = textOf(page)
      .split('\n')
      .map((text, index) => ({ text, line: index + 1 }))
      .filter(({ text }) => text.length > MAX_LINE_LENGTH && !text.startsWith('|'))
      .filter(
        ({ line }) => !outputs.some((block) => line > block.line && line <= block.line + block.text.split('\n').length),
      )
    t.strictSame(long, [], page)
  }
  t.ok(readme.trimEnd().split('\n').length <= MAX_README_LINES)
  t.end()
})

/** The headings of a page as GitHub and npm name them in links. */
const anchorsOf = (page: string): readonly string[] =>
  headingsOf(page).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

function headingsOf(page: string): readonly string[] {
  const prose = readFileSync(`${root}${page}`, 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
}

t.test('every link between the pages leads somewhere', (t) => {
  for (const page of pages) {
    for (const [, target = ''] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : posix.join(dirname(page), path)
      t.ok(existsSync(`${root}${file}`), `${page}: ${target}`)
      if (anchor !== undefined) t.ok(anchorsOf(file).includes(anchor), `${page}: ${target}`)
    }
  }
  t.end()
})

t.test('what comments point to is there, and comments point to every promise', (t) => {
  const texts = sources.map((file) => [file, sourceOf(file)] as const)
  const pointers = texts.flatMap(([file, text]) => {
    // A comment may break within a pointer.
    const flat = text.replace(/\n\s*(?:\*|\/\/) ?/g, ' ')
    return [...flat.matchAll(/see ([\w/]*README), ([A-Z][\w -]*\w)/gi)].map(([, page = '', heading = '']) => ({
      file,
      page: `${page}.md`,
      heading,
    }))
  })
  t.ok(pointers.length > 10)
  const lost = pointers.filter(
    ({ page, heading }) => !existsSync(`${root}${page}`) || !headingsOf(page).includes(heading),
  )
  t.strictSame(lost, [])
  const [, promises = ''] = textOf('src/README.md').split('\n## Promises\n')
  for (const [, promise = ''] of promises.matchAll(/^### (.+)$/gm))
    t.ok(
      pointers.some(({ page, heading }) => page === 'src/README.md' && heading === promise),
      promise,
    )
  t.notMatch(wholeSource, /contract §/)
  t.end()
})

t.test('src/README shows every room, and no other', (t) => {
  const shown = textOf('src/README.md')
    .split('\n| floor | room |')[1]
    ?.split('\n\n')[0]
    ?.split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`([^`]+?)\/?`/g)].map(([, name = '']) => name))
  const there = readdirSync(`${root}src`).filter((name) => !name.endsWith('.md'))
  t.strictSame([...(shown ?? [])].sort(), there.sort())
  t.end()
})
