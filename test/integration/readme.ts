// The README is a promise: its tables list exactly what the code has.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { optionTexts } from '../../src/config/option-texts.js'
import { errorCodes, warningCodes } from '../../src/errors.js'
import { newCounters } from '../../src/evaluator/stats.js'
import { startReceiver } from '../fixtures/receiver.js'
import { type RunOptions, run } from '../fixtures/run.js'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The names in the first column of the table under this header. */
function firstColumn(header: string): string[] {
  const table = readme.slice(readme.indexOf(`\n| ${header} |`)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(3)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
}

t.test('lists every option, warning, error code and counter, and no other', (t) => {
  t.strictSame(firstColumn('option').sort(), Object.keys(optionTexts).sort())
  t.strictSame(firstColumn('warning').sort(), Object.values(warningCodes).sort())
  t.strictSame(firstColumn('error code').sort(), Object.values(errorCodes).sort())
  t.strictSame(firstColumn('counter').sort(), Object.keys(newCounters()).sort())
  t.end()
})

t.test('says of every option what the code says of it, in its words', (t) => {
  const rows = Object.entries(optionTexts).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |`,
  )
  t.ok(
    readme.includes(`\n| option | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n\n`),
    `the rows are:\n${rows.join('\n')}`,
  )
  t.end()
})

const section = (heading: string): string => readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
const sourceOf = (file: string): string => readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')

t.test('has advice for every warning, every error, and every reason that an attempt or Redis fails for', (t) => {
  const advice = section('Troubleshooting')
  const reasons = [...sourceOf('deliver/outcome.ts').matchAll(/^export type \w+Reason = (.+)$/gm)].flatMap(
    ([, union = '']) => union.split(' | ').map((word) => word.replaceAll("'", '')),
  )
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
  const pinoFile = new URL('../../node_modules/pino/pino.js', import.meta.url).href
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
