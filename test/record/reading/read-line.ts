import t from 'tap'
import { rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileReading } from '../../../src/record/reading/read-line.js'
import { standardScale } from '../../../src/record/severity.js'

t.test('one shape of lines is read in all its parts', (t) => {
  const shape = { messageKey: 'text', nestedKey: 'payload', fields: { model: 'vehicle' }, redact: ['secret'] }
  const reading = compileReading(shape, ['order', 'secret'])
  const payload = {
    text: 'no stock',
    vehicle: 'roadster',
    order: 7,
    secret: 'x',
    reqId: 'req-1',
    res: { statusCode: 503 },
  }
  const roots = rootsOf({ members: { level: 50, payload } }, shape.nestedKey)
  const traits = reading.traits(roots, undefined, standardScale)
  t.match(traits, { severity: 50, statusCode: 503, hasError: false, isBlank: false })
  t.match(reading.request(roots), { id: 'req-1', statusCode: 503, isLast: false })
  t.match(reading.record(roots, traits.severity), { statusCode: 503, errorMessage: 'no stock', model: 'roadster' })
  t.strictSame(reading.details(roots).fields, { order: 7 })
  t.equal(reading.isLast(roots), false)
  t.equal(reading.isLast(rootsOf({ members: { payload: { responseTime: 5 } } }, shape.nestedKey)), true)
  t.end()
})

t.test('nothing more is shown where nothing more is named', (t) => {
  const { details } = compileReading({})
  t.equal(details(rootsOf({ members: { order: 7 } }, undefined)).fields, undefined)
  t.end()
})
