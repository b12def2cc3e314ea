import t from 'tap'
import { announcedScale, standardScale } from '../../../src/record/severity.js'
import { createSharedSieves } from '../../../src/record/sieve/shared-sieves.js'
import { compileSieve, lineEnd, type Sieve, type SieveCriteria } from '../../../src/record/sieve/text-sieve.js'
import { fc } from '../../fixtures/properties.js'

const criteria: SieveCriteria = { statusThreshold: 500, minSeverity: 40, scale: standardScale, shape: {} }

function linesFound(sieve: Sieve, text: string): number[] {
  const found: number[] = []
  for (let at = sieve(text, 0); at >= 0; at = sieve(text, lineEnd(text, at))) found.push(at)
  return found
}

t.test('finds in each text what a sieve of its own finds, whoever looks first', (t) => {
  const line = fc.constantFrom(
    '{"level":30}\n',
    '{"level":50}\n',
    '{"level":30,"status":503}\n',
    '{"level":30,"status":404}\n',
  )
  const text = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => lines.join(''))
  const compile = createSharedSieves()
  const kinds = [criteria, { ...criteria, statusThreshold: 400 }, criteria]
  const shared = kinds.map(compile)
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) =>
      texts.every((one) =>
        kinds.every((kind, i) => {
          const own = shared[i]
          return own !== undefined && linesFound(own, one).join() === linesFound(compileSieve(kind), one).join()
        }),
      ),
    ),
  )
  t.end()
})

t.test('shares with those who look for the same, and with nobody else', (t) => {
  const compile = createSharedSieves()
  const one = compile(criteria)
  t.equal(compile({ ...criteria, shape: { redact: undefined } }), one)
  t.equal(compile({ ...criteria, statusThreshold: 500 }), one)
  for (const other of [
    { ...criteria, statusThreshold: 400 },
    { ...criteria, minSeverity: 50 },
    { ...criteria, scale: announcedScale({ bad: 50 }) },
    { ...criteria, shape: { fields: { statusCode: 'code' } } },
    { ...criteria, shape: { errorKey: 'failure' } },
  ])
    t.not(compile(other), one)
  t.end()
})
