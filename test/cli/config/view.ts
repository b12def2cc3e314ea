import t from 'tap'
import { configTable, fallbackOf } from '../../../src/cli/config/view.js'
import { documentMembers } from '../../../src/config/document-members.js'
import { missingConfig, storedConfig } from '../../fixtures/stored-documents.js'

const rowsOf = (text: string): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ {2,}/, '  '))

t.test('shows what is stored, and what stands for what is not', async (t) => {
  const rows = rowsOf(
    configTable(storedConfig({ threshold: 5, window_seconds: 0, rules: [{ name: 'x', threshold: 7 }], owner: 1 }), 200),
  )
  for (const row of [
    'threshold  5',
    'window_seconds  0 (the default: 60)',
    'cooldown_seconds  (not stored: as in code, else 300)',
    'enabled  (not stored: off beside a stored url, else as in code)',
    'rules  x',
    'rules.x.threshold  7',
    'owner  set (this version does not know it)',
  ])
    t.ok(rows.includes(row), row)
  const none = rowsOf(configTable(missingConfig, 200))
  t.equal(none.length, documentMembers.length)
  t.ok(none.every((row) => row.includes('(not stored: ')))
})

t.test('says that alerts are off where enabled is missing beside a url', async (t) => {
  t.match(
    configTable(storedConfig({ url: 'https://a.test/x' }), 200),
    /^enabled +\(not stored: off, since a url is\)$/m,
  )
  t.equal(fallbackOf('threshold'), 'as in code, else 10')
  t.equal(fallbackOf('windowType'), 'as in code, else sliding')
})

t.test('of what is to be deleted it shows what is there, and it keeps to the width', async (t) => {
  t.strictSame(rowsOf(configTable(storedConfig({ threshold: 5 }), 80, 'stored')), ['threshold  5'])
  t.ok(
    configTable(missingConfig, 60)
      .split('\n')
      .every((line) => line.length <= 60),
  )
})
