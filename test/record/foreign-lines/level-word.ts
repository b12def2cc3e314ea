import t from 'tap'
import { knownLevel, levelWordOf, namesLevel, saysNothing } from '../../../src/record/foreign-lines/level-word.js'

const prose: readonly string[] = [
  '',
  'listening on port 8080',
  'Starting up, ERROR pages are served from /errors',
  'There was an error while loading',
  'no error: all is well',
  'Errors: 0, warnings: 3',
  'error: null',
  'ERROR: 0 errors found',
  'ERROR: no errors',
  'Error: 0, Warning: 2',
  'ERROR RATE 0.1%',
  'ERROR-CODES loaded',
  'CRITICAL CSS extracted',
  'ALERT manager started',
  'PANIC button pressed',
  '- ERROR: a line of a diff or a list',
  '# ERROR: a heading',
  '* Error: in a list',
  'error: 0',
  'ERROR: none',
  'error-handler: registered',
  'errorHandler: registered',
  'Error handling is on',
  'see [error] in the manual',
  'failed with error: db timeout',
  'loaded fatal.js',
  'x.ERROR.y is a key',
  'fail fast is on',
  `${'x'.repeat(300)} ERROR too far behind`,
]

t.test('takes no sentence for one', (t) => {
  for (const line of prose) t.equal(levelWordOf(line), undefined, line)
  t.end()
})

t.test('tells where the message begins, and needs less behind a time', (t) => {
  const line = 'shop.orders error: db timeout'
  t.equal(levelWordOf(line), undefined)
  t.equal(line.slice(levelWordOf(line, true)?.end), ': db timeout')
  t.match(levelWordOf('main ERROR db timeout', true), { level: 'error' })
  t.equal(levelWordOf('main ERROR db timeout'), undefined)
  t.match(levelWordOf('[Server thread/ERROR]: no stock', true), { level: 'error' })
  t.equal(levelWordOf('the ERROR budget', true), undefined)
  t.equal(levelWordOf('No ERROR found in 12 files', true), undefined)
  t.equal(levelWordOf('Handled Error: no stock, going on', true), undefined)
  t.equal(levelWordOf('Progress: 10% ERROR 0', true), undefined)
  t.equal(levelWordOf('http://shop.test/error: fetched', true), undefined)
  t.equal(levelWordOf("Executing: INSERT INTO notes VALUES ('ERROR: x')", true), undefined)
  t.equal(levelWordOf('user alice said: ERROR: x', true), undefined)
  t.end()
})

t.test('names levels as severity.ts knows them', (t) => {
  t.strictSame(['EROR', 'ftl', 'Warning', 'silly'].map(knownLevel), ['error', 'fatal', 'warning', 'silly'])
  t.strictSame(['core:error', '[CRITICAL] ', 'errors', 'error-handler', 'x.ERROR'].map(namesLevel), [
    true,
    true,
    false,
    false,
    true,
  ])
  t.end()
})

t.test('knows what says that there is none', async (t) => {
  for (const after of [': none', ': 0', ': 0, Warning: 2', ' : no errors', ": ''", ': 0 errors found'])
    t.ok(saysNothing(after), after)
  for (const after of [': no such file', ': 0x1 is bad', ': nobody', ': none of them answered', ''])
    t.notOk(saysNothing(after), after)
})
