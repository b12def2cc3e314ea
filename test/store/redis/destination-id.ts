import t from 'tap'
import { destinationId } from '../../../src/store/redis/destination-id.js'

t.test('tells destinations apart without telling them', (t) => {
  const id = destinationId('https://example.test/hook')
  t.equal(destinationId('https://example.test/hook'), id)
  t.not(destinationId('https://example.test/hook2'), id)
  t.match(id, /^[\w-]{12}$/)
  for (let i = 0; i < 300; i += 1) destinationId(`https://example.test/${i}`)
  t.equal(destinationId('https://example.test/hook'), id, 'though it has forgotten it meanwhile')
  t.end()
})
