import t from 'tap'
import { backtest } from '../../src/backtest/backtest.js'
import { inTurns } from '../../src/backtest/turns.js'

t.test('gives the texts whole, however fast they are taken', async (t) => {
  const texts = ['', 'a', 'b'.repeat(100_000), `c\n${'d'.repeat(300)}`]
  let taken = ''
  for await (const piece of inTurns(listOf(texts))) taken += piece
  t.equal(taken, texts.join(''))
})

t.test('a backtest lets others work while slow patterns search a text that is there at once', async (t) => {
  // A text that was searched just now is not searched again, so no two are alike.
  const logged = Array.from({ length: 4000 }, (_, i) =>
    JSON.stringify({ level: 50, time: 1_790_000_000_000, app: `${'aZé9'.repeat(50)}${i}`, msg: 'db timeout' }),
  )
  const rules = Array.from({ length: 4 }, (_, i) => ({
    name: `slow-${i}`,
    match: { app: { regex: `(?i)(?:[\\pL\\pN]{0,30}){0,2}x${i}$` } },
  }))
  let [turns, isDone] = [0, false]
  const turn = (): void => {
    turns += 1
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  const { lines } = await backtest(listOf([`${logged.join('\n')}\n`]), { rules })
  isDone = true
  t.equal(lines, 4000)
  t.ok(turns > 3, 'others had their turn')
})

async function* listOf(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts
}
