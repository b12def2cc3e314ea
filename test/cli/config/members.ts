import t from 'tap'
import { membersOf, valueText } from '../../../src/cli/config/members.js'
import { invalidConfig, missingConfig, storedConfig } from '../../fixtures/stored-documents.js'

const texts = (members: object): [string, string][] =>
  [...membersOf(storedConfig(members))].map(([path, { text }]) => [path, text])

t.test('has a text for each path, and nothing secret in it', async (t) => {
  const shown = texts({
    url: 'HTTPS://Hooks.Slack.com/services/canary?canary#canary',
    secret: 'canary',
    group_by: ['a', 'b'],
    rules: [
      { name: 'x', match: { level: { gte: 'warn' } }, url: 'https://a.test', secret: '', team: 'canary' },
      { name: 'y', url: '' },
    ],
    'own\u001b[2J': 'canary',
  })
  t.strictSame(Object.fromEntries(shown), {
    url: 'https://hooks.slack.com/…',
    secret: 'set',
    group_by: '["a","b"]',
    rules: 'x, y',
    'rules.x.match.level': '{"gte":"warn"}',
    'rules.x.url': 'https://a.test/',
    'rules.x.secret': 'none',
    'rules.x.team': 'set',
    'rules.y.url': '""',
    own: 'set',
  })
  t.strictSame(texts({ rules: [] }), [['rules', 'none']])
  t.equal(membersOf(missingConfig).size + membersOf(invalidConfig()).size, 0)
})

t.test('what comes from elsewhere stays on its line', async (t) => {
  t.equal(valueText(''), '""')
  t.equal(valueText('a\n\u001b[2Jb'), 'a b')
  t.equal(valueText([1, 'x']), '[1,"x"]')
})
