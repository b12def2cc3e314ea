import t from 'tap'
import { announcedScale } from '../../src/record/severity.js'
import { compileEarlySieve } from '../../src/stream/early-sieve.js'

t.test('tells what is fine by the options, and nothing where Redis may say otherwise', (t) => {
  const fine = '{"level":30,"msg":"x"}\n{"level":30,"res":{"statusCode":404}}\n'
  const rows: [options: Parameters<typeof compileEarlySieve>[0], text: string, isFine: boolean][] = [
    [{}, fine, true],
    [{}, `${fine}{"level":50}\n`, false],
    [{ statusCodeThreshold: 404 }, fine, false],
    [{ minLevel: 'info' }, '{"level":30,"err":{}}\n', false],
    [{ redis: 'redis://127.0.0.1' }, fine, false],
  ]
  for (const [options, text, isFine] of rows) t.equal(compileEarlySieve(options)(text), isFine, JSON.stringify(options))
  const logger = { scale: announcedScale({ info: 300, error: 500 }), errorKey: 'failure' }
  t.ok(compileEarlySieve({}, logger)('{"level":300}\n'))
  t.notOk(compileEarlySieve({}, logger)('{"level":500}\n'))
  t.end()
})

t.test('lets no line go where a rule asks for a share of the requests', (t) => {
  const fine = '{"level":30,"res":{"statusCode":200}}\n'
  t.equal(compileEarlySieve({})(fine), true)
  t.equal(compileEarlySieve({ percent: 5 })(fine), false)
  t.equal(compileEarlySieve({ rules: [{ name: 'a' }, { name: 'b', percent: 5 }] })(fine), false)
  t.end()
})
