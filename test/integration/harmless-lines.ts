// What programs print that is no error, though it speaks of errors: `logsiren watch` calls nobody for any of it.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { mixedIntake } from '../../src/stream/mixed-intake.js'
import { openTextIntake } from '../../src/stream/text-intake.js'
import { root } from '../fixtures/root.js'

const file = `${root}test/fixtures/harmless-lines.txt`
const lines = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line !== '')

t.test('counts none of these lines', async (t) => {
  t.ok(lines.length > 100, `${lines.length} lines`)
  for (const text of lines) {
    const intake = openTextIntake({ threshold: 1, url: 'http://127.0.0.1:1/', closeTimeoutMs: 100 })
    const mixed = mixedIntake(intake, 'auto')
    mixed.read(`${text}\n`, 1)
    void mixed.evaluator.flush()
    t.equal(intake.evaluator.stats().errors, 0, text.slice(0, 200))
    await intake.evaluator.close()
  }
})
