// What a log line costs that goes through winston to a transport, in-process or with a worker.
import assert from 'node:assert/strict'
import { errorsAmong } from '../request-lines.js'
import { runProgram, target } from '../support/run-program.js'

const LINES_PER_TURN = 100
/** Never reached: telling an alert is paid for once, not by the line. */
const THRESHOLD = 2 ** 31 - 1

const usual = { errorEvery: 100, isLong: false }

/** `share` of the usual number of lines. */
export function winstonSuites({ origin, share }) {
  const lines = Math.ceil(300_000 * share)
  const options = { url: `${origin}/hook`, threshold: THRESHOLD, windowSeconds: 3600 }
  const contender = (label, module, options) => ({
    label,
    run: async () => {
      const work = { module, options, lines, shape: usual, linesPerTurn: LINES_PER_TURN }
      const figures = await runProgram('winston-lines', work)
      if (figures.stats !== undefined) {
        const { observed, errors } = figures.stats
        assert.deepEqual({ observed, errors }, { observed: lines, errors: errorsAmong(lines, usual) }, label)
      }
      return figures
    },
  })
  return [
    {
      title: 'winston, 1 % errors',
      measures: [
        { figure: 'cpuMicrosPerLine', unit: 'µs of CPU a line', digits: 2, first: 2 },
        { figure: 'callMicrosPerLine', unit: "µs a call on the application's thread", digits: 2 },
      ],
      contenders: [
        contender('logsiren/winston', 'logsiren/winston', options),
        contender('no-op transport (the floor)', target('winston-no-op'), {}),
        contender('logsiren/winston, `worker: true`', 'logsiren/winston', { ...options, worker: true }),
      ],
    },
  ]
}
