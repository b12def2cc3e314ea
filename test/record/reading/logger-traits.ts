import t from 'tap'
import { shapeOf } from '../../../src/record/reading/logger-traits.js'
import { standardScale } from '../../../src/record/severity.js'

t.test('what the options say comes before what the logger says, which comes before the defaults', (t) => {
  const logger = { scale: standardScale, messageKey: 'text', errorKey: 'failure' }
  t.strictSame(shapeOf(logger, {}), { messageKey: 'text', errorKey: 'failure' })
  t.strictSame(shapeOf(logger, { messageKey: 'msg', nestedKey: 'payload' }), {
    messageKey: 'msg',
    errorKey: 'failure',
    nestedKey: 'payload',
  })
  t.end()
})
