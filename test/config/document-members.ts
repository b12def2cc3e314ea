import t from 'tap'
import { documentOptions, originalOptions, toOptions } from '../../src/config/document-members.js'

t.test('the original’s members come first, each member once', (t) => {
  t.strictSame(documentOptions.slice(0, originalOptions.length), originalOptions)
  t.equal(new Set(documentOptions).size, documentOptions.length)
  t.end()
})

t.test('a document says what options would, and the default by a count of 0 or less', (t) => {
  t.strictSame(toOptions({}), {})
  t.strictSame(
    toOptions({
      enabled: true,
      threshold: 0,
      window_seconds: -5,
      cooldown_max_seconds: 0,
      group_by: ['provider_name'],
      rules: [{ name: 'a', threshold: 3, status_code_threshold: 0, match: { status_code: { gte: 0 } } }],
    }),
    {
      enabled: true,
      threshold: 10,
      windowSeconds: 60,
      cooldownMaxSeconds: 0,
      groupBy: ['provider_name'],
      rules: [{ name: 'a', threshold: 3, statusCodeThreshold: 500, match: { status_code: { gte: 0 } } }],
    },
  )
  t.end()
})
