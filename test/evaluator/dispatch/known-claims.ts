import t from 'tap'
import { KnownClaims } from '../../../src/evaluator/dispatch/known-claims.js'

const of = (id: string, isNew = false) => ({ claim: { id, isNew } })

t.test('takes over what it neither raised nor claimed before, once', (t) => {
  const claims = new KnownClaims()
  t.equal(claims.isTakenOver(of('raised', true)), false)
  t.equal(claims.isTakenOver(of('raised')), false)
  t.equal(claims.isTakenOver(of('another')), true)
  t.equal(claims.isTakenOver(of('another')), false)
  t.equal(claims.isTakenOver({ ...of('of the same errors'), isTold: () => false }), false)
  for (let i = 0; i < 1000; i += 1) claims.isTakenOver(of(`${i}`, true))
  t.equal(claims.isTakenOver(of('0')), false)
  t.equal(claims.isTakenOver(of('another')), true, 'so many are remembered')
  t.end()
})
