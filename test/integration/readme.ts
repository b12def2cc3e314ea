// The README is a promise: its tables list exactly what the code has.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { optionTexts } from '../../src/config/option-texts.js'
import { optionNames } from '../../src/config/parse-options.js'
import { errorCodes, warningCodes } from '../../src/errors.js'
import { newCounters } from '../../src/evaluator/stats.js'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The names in the first column of the table under this header. */
function firstColumn(header: string): string[] {
  const table = readme.slice(readme.indexOf(`\n| ${header} |`)).split('\n\n')[0] ?? ''
  return table
    .split('\n')
    .slice(3)
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
}

const placeOf = (name: string): number => Object.keys(optionTexts).indexOf(name)

t.test('lists every option, warning, error code and counter, and no other', (t) => {
  t.strictSame(firstColumn('option').sort(), [...optionNames].sort())
  t.strictSame(firstColumn('warning').sort(), Object.values(warningCodes).sort())
  t.strictSame(firstColumn('error code').sort(), Object.values(errorCodes).sort())
  t.strictSame(firstColumn('counter').sort(), Object.keys(newCounters()).sort())
  t.end()
})

t.test('says of every option what the code says of it, in its words', (t) => {
  t.strictSame(
    Object.keys(optionTexts),
    optionNames.toSorted((a, b) => placeOf(a) - placeOf(b)),
  )
  const rows = Object.entries(optionTexts).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |`,
  )
  t.ok(
    readme.includes(`\n| option | default | meaning |\n|---|---|---|\n${rows.join('\n')}\n\n`),
    `the rows are:\n${rows.join('\n')}`,
  )
  t.end()
})

t.test('shows the default of every option that has one', async (t) => {
  const { ruleDefaults, DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_CONFIG_KEY, DEFAULT_MIN_LEVEL, DEFAULT_ON_REDIS_DOWN } =
    await import('../../src/config/defaults.js')
  const defaults = {
    ...ruleDefaults,
    closeTimeoutMs: DEFAULT_CLOSE_TIMEOUT_MS,
    configKey: DEFAULT_CONFIG_KEY,
    minLevel: DEFAULT_MIN_LEVEL,
    onRedisDown: DEFAULT_ON_REDIS_DOWN,
  }
  for (const [option, value] of Object.entries(defaults)) {
    const shown = typeof value === 'string' ? `'${value}'` : value
    t.ok(readme.includes(`| \`${option}\` | \`${shown}\` |`), `${option} ${shown}`)
  }
})
