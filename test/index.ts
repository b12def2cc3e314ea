import t from 'tap'
import * as logsiren from '../src/index.js'

t.test('exports the library, and nothing that is not promised', (t) => {
  t.strictSame(Object.keys(logsiren).sort(), [
    'ConfigError',
    'RedisError',
    'backtest',
    'createConfigStore',
    'createEvaluator',
    'createSilences',
  ])
  t.end()
})
