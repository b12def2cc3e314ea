import t from 'tap'
import { announcedScale } from '../../src/record/severity.js'
import { openTextIntake } from '../../src/stream/text-intake.js'

t.test('parses what must be parsed, counts the rest, and follows what the logger says of itself', async (t) => {
  const reader = openTextIntake({ url: 'http://127.0.0.1:9/', threshold: 1000 })
  reader.read('{"level":30}\n{"level":50}\r\n\n{"status":503\n[{"level":50}]\n', 5)
  t.match(reader.evaluator.stats(), { observed: 5, errors: 1, skipped: 2 })
  reader.pass(3)
  reader.skip(2)
  t.match(reader.evaluator.stats(), { observed: 10, errors: 1, skipped: 4 })
  reader.read('{"level":7}\n', 1)
  reader.evaluator.useLogger({ scale: announcedScale({ info: 1, error: 7 }) })
  reader.read('{"level":7}\n', 1)
  t.match(reader.evaluator.stats(), { observed: 12, errors: 2 })
  await reader.close()
  reader.read('{"level":50}\n', 1)
  t.match(reader.evaluator.stats(), { observed: 12 })
})

t.test('refuses bad options', (t) => {
  t.throws(() => openTextIntake({ threshold: 0 }), { code: 'ERR_LOGSIREN_CONFIG' })
  t.end()
})
