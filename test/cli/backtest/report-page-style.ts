import t from 'tap'
import { pageStyle } from '../../../src/cli/backtest/report-page-style.js'

t.test('stands in its element as it is; what it does is seen in the test of the page', (t) => {
  t.notMatch(pageStyle, /<\/|<!--/)
  t.end()
})
