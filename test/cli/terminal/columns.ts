import t from 'tap'
import { columnsOf } from '../../../src/cli/terminal/columns.js'

t.test('puts names to the left and figures to the right', (t) => {
  t.strictSame(
    columnsOf([
      ['', 'as given'],
      ['errors', '12'],
      ['first alert', '-'],
    ]),
    ['              as given', 'errors              12', 'first alert          -'],
  )
  t.strictSame(columnsOf([]), [])
  t.end()
})
