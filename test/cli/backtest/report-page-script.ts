import t from 'tap'
import { pageScript } from '../../../src/cli/backtest/report-page-script.js'

t.test('stands in its element as it is; what it does is seen in the test of the page', (t) => {
  t.notMatch(pageScript, /<\/|<!--/)
  t.end()
})
