import t from 'tap'
import { mixedIntake, QUIET_MS } from '../../src/stream/mixed-intake.js'
import { openTextIntake } from '../../src/stream/text-intake.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { startReceiver } from '../fixtures/receiver.js'

const json = '{"level":50,"msg":"of pino"}\n'
const fine = '{"level":30,"msg":"fine"}\n'
const access = '203.0.113.9 - - [28/Nov/2026:02:50:01 +0000] "GET /orders?token=abc HTTP/1.1" 503 12 "-" "curl/8"\n'

t.test('counts errors among lines of all kinds, each once', async (t) => {
  const { url, received, has } = await startReceiver(t)
  const jsonIntake = openTextIntake({ url, threshold: 6 })
  const intake = mixedIntake(jsonIntake, 'auto')
  const text = [
    json,
    json,
    fine,
    'INFO fine\n',
    access,
    `web-1  | ${json}`,
    `web-2  | ${fine}`,
    'ERROR of text\n',
    '\n',
    json,
  ]
  intake.read(text.join(''), text.length)
  intake.skip(2)
  await Promise.all([has(1), intake.evaluator.flush()])
  t.match(received[0]?.body, { count: 6, sample: { error_message: 'of pino' } })
  t.match(received[0]?.body.top.path, [{ value: '/orders', count: 1 }])
  t.match(intake.evaluator.stats(), { observed: 12, skipped: 2, errors: 6 })
  await intake.close()
})

t.test('judges them by the options, whatever their kind', async (t) => {
  const intake = mixedIntake(openTextIntake({ statusCodeThreshold: 400, url: 'http://127.0.0.1:9' }), 'auto')
  intake.read(access.replace('503', '404'), 1)
  intake.read('level=info msg=done status=404\n', 1)
  intake.read('WARN retrying Error: db timeout\n    at place (/app/orders.js:7:7)\n', 2)
  intake.read('INFO retrying Error: db timeout\n    at place (/app/orders.js:7:7)\n', 2)
  await intake.evaluator.flush()
  t.match(intake.evaluator.stats(), { observed: 6, errors: 3 })
  await intake.close()
})

t.test('counts an event a short quiet time after its last line, and its late lines no more', async (t) => {
  const clock = fakeClock()
  const jsonIntake = openTextIntake({ url: 'http://127.0.0.1:9', threshold: 100 })
  const intake = mixedIntake(jsonIntake, 'auto', clock)
  const errors = (): number => intake.evaluator.stats().errors
  intake.read('Error: no stock\n', 1)
  t.equal(errors(), 0)
  await clock.advance(2 * QUIET_MS)
  t.equal(errors(), 1)
  intake.read('    at place (/app/orders.js:7:7)\n', 1)
  await clock.advance(2 * QUIET_MS)
  intake.read('INFO fine\n', 1)
  t.equal(errors(), 1)
  t.equal(intake.evaluator.stats().observed, 3)
  await intake.close()
})
