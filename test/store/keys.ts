import t from 'tap'
import { keyNames } from '../../src/store/keys.js'

t.test('the default rule has the names of the original service', (t) => {
  const keys = keyNames('meta:log:webhook', false)
  t.equal(keys.config, 'meta:log:webhook')
  t.equal(keys.cooldown('default'), 'meta:log:webhook:cooldown')
  t.equal(keys.bucket('default', 29924304), 'meta:log:webhook:errors:29924304')
  t.equal(keys.ring('default', 60_000), 'meta:log:webhook:ring:60')
  t.equal(keys.cooldown('db'), 'meta:log:webhook:cooldown:rule:db')
  t.end()
})

t.test('on a cluster all state lies in the slot of the config key', (t) => {
  const keys = keyNames('meta:log:webhook', true)
  t.equal(keys.config, 'meta:log:webhook')
  t.equal(keys.alert('default'), '{meta:log:webhook}:alert')
  t.equal(keyNames('app:{tag}:hook', true).sequence('me'), 'app:{tag}:hook:seq:me')
  t.end()
})
