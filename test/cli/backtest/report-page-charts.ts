import t from 'tap'
import { chartScript } from '../../../src/cli/backtest/report-page-charts.js'

t.test('stands in its element as it is; what it does is seen in the test of the page', (t) => {
  t.notMatch(chartScript, /<\/|<!--/)
  t.end()
})
