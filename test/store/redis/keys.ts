import t from 'tap'
import { seriesOf } from '../../../src/rule/series.js'
import { destinationId } from '../../../src/store/redis/destination-id.js'
import { isOriginals, keyNames } from '../../../src/store/redis/keys.js'
import { rule } from '../../fixtures/store-bench.js'

const series = seriesOf(rule)
const other = seriesOf({ ...rule, name: 'db' }, 'k')
const at = destinationId(rule.url)

t.test('the default rule has the names of the original service', (t) => {
  const keys = keyNames('meta:log:webhook', false)
  t.equal(keys.config, 'meta:log:webhook')
  t.equal(keys.cooldown, 'meta:log:webhook:cooldown')
  t.equal(keys.bucket(series, 29924304), 'meta:log:webhook:errors:29924304')
  t.equal(keys.ring(series), 'meta:log:webhook:ring:60')
  t.equal(keys.ring(seriesOf(rule, 'k')), 'meta:log:webhook:ring:60:group:k')
  t.equal(keys.ring(other), 'meta:log:webhook:ring:60:rule:db:group:k')
  t.equal(keys.ring(seriesOf({ ...rule, newOnly: true })), 'meta:log:webhook:ring:60-new')
  const withShare = seriesOf({ ...other.rule, percent: 2.5 }, 'k')
  t.equal(keys.ring(withShare), 'meta:log:webhook:ring:60-share:rule:db:group:k')
  t.equal(keys.others(withShare), 'meta:log:webhook:others:60:rule:db:group:k')
  t.end()
})

t.test('each heartbeat has a name of its own, which does not tell its url', (t) => {
  const keys = keyNames('meta:log:webhook', false)
  t.equal(keys.beat(rule.url), `meta:log:webhook:beat:${at}`)
  t.not(keys.beat(`${rule.url}/other`), keys.beat(rule.url))
  t.end()
})

t.test('what is open has names of its own for each destination, and none of them tells it', (t) => {
  const keys = keyNames('meta:log:webhook', false)
  t.equal(keys.alert(other), `meta:log:webhook:alert:${at}:rule:db:group:k`)
  t.equal(keys.due(other.rule), `meta:log:webhook:due:${at}:rule:db`)
  t.equal(keys.ends(other.rule), `meta:log:webhook:ends:${at}:rule:db`)
  t.strictSame(keys.open('db', at), [keys.due(other.rule), keys.ends(other.rule)])
  t.equal(keys.answer('db', at), `meta:log:webhook:answer:${at}:rule:db`)
  t.equal(keys.alert(other, at), keys.alert(other))
  const elsewhere = seriesOf({ ...other.rule, url: 'http://127.0.0.1:9/elsewhere' }, 'k')
  t.not(keys.alert(elsewhere), keys.alert(other))
  t.not(keys.due(elsewhere.rule), keys.due(other.rule))
  t.not(keys.ends(elsewhere.rule), keys.ends(other.rule))
  t.equal(keys.delivery(elsewhere), keys.delivery(other))
  t.equal(keys.ring(elsewhere), keys.ring(other))
  t.not(keys.delivery(other), keys.alert(other))
  t.end()
})

t.test('on a cluster all state lies in the slot of the config key', (t) => {
  const keys = keyNames('meta:log:webhook', true)
  t.equal(keys.config, 'meta:log:webhook')
  const { revision, fleet, series: announced, history, totals, processes, silences, cooldown } = keys
  const ofSeries = [
    keys.ring(series),
    keys.others(series),
    keys.bucket(series, 1),
    keys.delivery(series),
    keys.alert(series),
    keys.due(rule),
    keys.kinds(rule),
    keys.answer(rule.name, at),
  ]
  for (const name of [
    revision,
    fleet,
    announced,
    history,
    totals,
    processes,
    silences,
    cooldown,
    keys.sequence('me'),
    ...ofSeries,
  ])
    t.match(name, /^\{meta:log:webhook\}:/)
  t.equal(keyNames('app:{tag}:hook', true).sequence('me'), 'app:{tag}:hook:seq:me')
  t.equal(keyNames('app:{}:hook', true).sequence('me'), '{app:{}:hook}:seq:me')
  t.end()
})

t.test('the original service knows of the default rule without groups, and of no other', (t) => {
  t.ok(isOriginals(series))
  t.notOk(isOriginals(seriesOf(rule, 'k')))
  t.notOk(isOriginals(seriesOf({ ...rule, name: 'db' })))
  t.end()
})
