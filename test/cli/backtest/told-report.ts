import { Readable } from 'node:stream'
import t from 'tap'
import { backtest } from '../../../src/backtest/backtest.js'
import { failureOf, gapsOf, isBlind, raisedIn, verdictOf } from '../../../src/cli/backtest/told-report.js'

const reportOf = (text: string, options = {}) => backtest(Readable.from([text]), options)
const line = '{"level":50,"time":1795392000000}\n'

t.test('says nothing against a report that is about all of the input', async (t) => {
  const report = await reportOf(line, { threshold: 1 })
  t.strictSame([gapsOf(report), isBlind(report), failureOf(report), raisedIn(report)], [[], false, undefined, 1])
  t.equal(verdictOf(report), '1 alert would have been sent.')
  t.equal(verdictOf(await reportOf(line)), 'No alert: nobody would have been called.')
  t.equal(raisedIn({ ...report, unlisted: { alerts: 4, ends: 2 } }), 5)
})

t.test('gives no all-clear for what was not understood, has no time, or is not there', async (t) => {
  const strange = await reportOf(`x\ny\n${line}`)
  t.match([isBlind(strange), verdictOf(strange), failureOf(strange)], [true, /which is not to say/, /2 of 3 lines/])
  const half = await reportOf(`x\n${line}`)
  t.strictSame([isBlind(half), failureOf(half), gapsOf(half).length], [false, undefined, 1])
  const untimed = await reportOf('{"level":50}\n')
  t.match(
    [isBlind(untimed), verdictOf(untimed), failureOf(untimed)],
    [true, /no error has a time/, /no error has a time/],
  )
  const empty = await reportOf('')
  t.match(
    [isBlind(empty), verdictOf(empty), gapsOf(empty)],
    [true, /nothing to look at/, ['`standard input` is empty.']],
  )
  t.equal(failureOf(empty), undefined, 'a quiet program is no failure')
  t.equal(failureOf({ ...half, incomplete: [{ file: 'a', reason: 'r' }] }), '`a` was read in part only: r')
})
