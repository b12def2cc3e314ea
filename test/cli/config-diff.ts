import t from 'tap'
import { diffOf, valueText } from '../../src/cli/config-diff.js'
import { toPublicConfig } from '../../src/config/document/writing.js'
import type { StoredConfig } from '../../src/control/stored-config.js'
import { a, storedAs } from '../fixtures/stored-documents.js'

function valid(members: object): StoredConfig {
  const stored = storedAs(members)
  return { kind: 'valid', revision: '1', config: toPublicConfig(stored.document), stored }
}

const missing: StoredConfig = { kind: 'missing', revision: '0', config: toPublicConfig({}) }
const lines = (before: StoredConfig, after: StoredConfig): string[] =>
  diffOf(before, after)
    .split('\n')
    .map((line) => line.replace(/ +/g, ' '))
    .filter((line) => line !== '')

t.test('shows what is written, not what it falls back to', async (t) => {
  t.strictSame(lines(missing, valid({ url: a, threshold: 3 })), [`url (none) -> ${a}`, 'threshold (none) -> 3'])
  t.strictSame(lines(valid({ url: a }), valid({ url: a, threshold: 10 })), ['threshold (none) -> 10'], 'the default')
  t.strictSame(lines(valid({ url: a, threshold: 10 }), valid({ url: a })), ['threshold 10 -> (none)'])
  t.equal(diffOf(valid({ url: a }), valid({ url: a })), '')
  const invalid: StoredConfig = { kind: 'invalid', revision: '1', problems: [] }
  t.strictSame(lines(invalid, valid({ url: a })), [`url (none) -> ${a}`])
})

t.test('says which secrets change, those of rules too, and shows none', async (t) => {
  const rules = (secret: string) => ({ url: a, rules: [{ name: 'x', secret }, { name: 'y' }] })
  const before = valid({ ...rules('canary1'), secret: 'canary2', owner: { key: 'canary3' } })
  const after = valid({ ...rules('canary4'), secret: 'canary5', owner: { key: 'canary6' } })
  t.strictSame(lines(before, after), [
    'secret set -> another one',
    'rules.x.secret set -> another one',
    'owner set -> another one',
  ])
  t.strictSame(lines(valid({ url: a }), valid({ url: a, secret: 'canary' })), ['secret_set (none) -> true'])
  t.strictSame(lines(valid({ url: a, secret: 'canary' }), valid({ url: a, secret: '' })), ['secret_set true -> false'])
  t.strictSame(lines(valid(rules('')), valid(rules('canary'))).length, 1)
  t.notMatch([...lines(before, after), ...lines(valid(rules('')), valid(rules('canary')))].join(), /canary/)
})

t.test('what comes from elsewhere stays on its line', async (t) => {
  t.equal(valueText(''), '""')
  t.equal(valueText('a\n\u001b[2Jb'), 'a b')
  t.equal(valueText([1, 'x']), '[1,"x"]')
})
