import t from 'tap'
import { seriesOf } from '../../../src/rule/series.js'
import { keyNames } from '../../../src/store/redis/keys.js'
import { rule } from '../../fixtures/store-bench.js'

const series = seriesOf(rule)

t.test('the default rule has the names of the original service', (t) => {
  const keys = keyNames('meta:log:webhook', false)
  t.equal(keys.config, 'meta:log:webhook')
  t.equal(keys.cooldown(series), 'meta:log:webhook:cooldown')
  t.equal(keys.bucket(series, 29924304), 'meta:log:webhook:errors:29924304')
  t.equal(keys.ring(series), 'meta:log:webhook:ring:60')
  t.equal(keys.cooldown(seriesOf({ ...rule, name: 'db' })), 'meta:log:webhook:cooldown:rule:db')
  t.equal(keys.alert(seriesOf({ ...rule, name: 'db' }, 'k')), 'meta:log:webhook:alert:rule:db:group:k')
  t.equal(keys.ring(seriesOf(rule, 'k')), 'meta:log:webhook:ring:60:group:k')
  t.end()
})

t.test('on a cluster all state lies in the slot of the config key', (t) => {
  const keys = keyNames('meta:log:webhook', true)
  t.equal(keys.config, 'meta:log:webhook')
  t.equal(keys.alert(series), '{meta:log:webhook}:alert')
  t.equal(keys.due, '{meta:log:webhook}:due')
  t.equal(keys.series, '{meta:log:webhook}:series')
  t.equal(keys.history, '{meta:log:webhook}:history')
  t.equal(keys.totals, '{meta:log:webhook}:totals')
  t.equal(keys.fleet, '{meta:log:webhook}:fleet')
  t.equal(keyNames('app:{tag}:hook', true).sequence('me'), 'app:{tag}:hook:seq:me')
  t.end()
})
