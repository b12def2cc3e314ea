import t from 'tap'
import { severities, severityOf } from '../../src/alert/severity.js'

t.test('is the label of that name, where receivers know it', (t) => {
  for (const severity of severities) t.equal(severityOf({ labels: { severity } }), severity)
  t.equal(severityOf({ labels: { severity: ' Warning' } }), 'warning')
  for (const labels of [{}, { severity: 'page' }, { severity: '' }, { Severity: 'info' }])
    t.equal(severityOf({ labels }), undefined)
  t.equal(severityOf({}), undefined)
  t.end()
})
