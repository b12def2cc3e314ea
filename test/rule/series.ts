import t from 'tap'
import { findSeries, seriesOf } from '../../src/rule/series.js'
import { rule } from '../fixtures/store-bench.js'

t.test('is found again by its id, under the rule as it is then', (t) => {
  const changed = { ...rule, threshold: 77 }
  for (const groupKey of ['', 'k-_9']) {
    const { id } = seriesOf(rule, groupKey, { model: 'm' })
    t.match(findSeries(id, [{ ...rule, name: 'other' }, changed]), { id, groupKey, rule: { threshold: 77 } })
    t.equal(findSeries(id, [{ ...rule, name: 'other' }]), undefined)
  }
  t.not(seriesOf(rule, 'a').id, seriesOf(rule, 'b').id)
  t.equal(seriesOf(rule).id, 'default')
  t.end()
})
