import t from 'tap'
import { destinationId } from '../../src/store/destination-id.js'
import { rule } from '../fixtures/store-bench.js'

t.test('tells destinations apart without telling them', (t) => {
  const id = destinationId(rule)
  t.equal(destinationId({ ...rule, secret: 'new', threshold: 3 }), id)
  t.not(destinationId({ ...rule, url: `${rule.url}2` }), id)
  t.match(id, /^[\w-]{22}$/)
  t.end()
})
