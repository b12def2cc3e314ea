import t from 'tap'
import { destinationId } from '../../src/store/destination-id.js'

t.test('tells destinations apart without telling them', (t) => {
  const id = destinationId('https://example.test/hook')
  t.equal(destinationId('https://example.test/hook'), id)
  t.not(destinationId('https://example.test/hook2'), id)
  t.match(id, /^[\w-]{22}$/)
  t.end()
})
