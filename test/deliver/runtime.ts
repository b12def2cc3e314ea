import t from 'tap'
import { checkRuntime } from '../../src/deliver/runtime.js'

t.test('Bun is refused in one sentence, and nothing else is', (t) => {
  checkRuntime()
  checkRuntime({})
  const message = /^logsiren: Expected the runtime to be Node\.js, got Bun: .+$/
  t.throws(() => checkRuntime({ bun: '1.4.5' }), { code: 'ERR_LOGSIREN_CONFIG', message, problems: [{ path: '' }] })
  t.end()
})
