// What a log line costs that goes through pino to a transport in a worker.
import assert from 'node:assert/strict'
import { devNull } from 'node:os'
import { bytesPerLine, errorsAmong } from '../request-lines.js'
import { runProgram, target } from '../support/run-program.js'

/** A server comes back to its event loop between requests. */
const LINES_PER_TURN = 100
/** Never reached: telling an alert is paid for once, not by the line. */
const THRESHOLD = 2 ** 31 - 1

const usual = { errorEvery: 100, isLong: false }
const long = { errorEvery: 100, isLong: true }
const failing = { errorEvery: 1, isLong: false }

const cpu = { figure: 'cpuMicrosPerLine', unit: 'µs of CPU a line', digits: 2 }
const call = { figure: 'callMicrosPerLine', unit: "µs a call on the application's thread", digits: 2 }
const growth = { figure: 'rssGrowthMegabytes', unit: 'MB that the process grows by', digits: 0 }
const end = { figure: 'endMs', unit: 'ms from the last line until all is read', digits: 0 }

/** `share` of the usual number of lines. */
export function pinoSuites({ origin, share }) {
  const [most, many, some, few] = [500_000, 300_000, 200_000, 5000].map((lines) => Math.ceil(lines * share))
  const options = { url: `${origin}/hook`, threshold: THRESHOLD, windowSeconds: 3600 }

  const contender = (label, transport, lines, shape, linesPerTurn = LINES_PER_TURN) => ({
    label,
    run: async () => {
      const figures = await runProgram('pino-lines', { transport, lines, shape, linesPerTurn })
      if (figures.stats !== undefined) {
        const { observed, errors } = figures.stats
        assert.deepEqual({ observed, errors }, { observed: lines, errors: errorsAmong(lines, shape) }, label)
      }
      return figures
    },
  })
  const single = (name, targetOptions) => ({ target: target(name), options: targetOptions })
  const besideFile = (name, targetOptions) => ({
    targets: [{ target: 'pino/file', options: { destination: devNull } }, single(name, targetOptions)],
  })
  const ours = (lines, shape, place = single, linesPerTurn) =>
    contender('logsiren/pino', place('logsiren', options), lines, shape, linesPerTurn)
  const floor = (lines, shape, place = single, linesPerTurn) =>
    contender('no-op Writable (the floor)', place('raw', {}), lines, shape, linesPerTurn)
  /** With rules that ask for a share of the requests: any line with a status, or those that meet a condition. */
  const sharing = (label, more) => contender(label, single('logsiren', { ...options, ...more }), most, usual)
  const abstract = (lines, shape) => contender('no-op pino-abstract-transport', single('abstract', {}), lines, shape)

  return [
    {
      title: `pino, lines of ${bytesPerLine(usual)} bytes, 1 % errors`,
      measures: [cpu, { ...call, first: 2 }],
      contenders: [
        ours(most, usual),
        floor(most, usual),
        abstract(most, usual),
        contender('pino-loki, in batches', { target: 'pino-loki', options: { host: origin } }, some, usual),
        contender('a POST for each line', single('post-each-line', { url: origin }), few, usual),
      ],
    },
    {
      title: `pino, percent in use, 1 % errors`,
      measures: [cpu],
      contenders: [
        sharing('with `percent`', { percent: 5 }),
        sharing('without', {}),
        sharing('with `percent` and a `match`', {
          rules: [{ name: 'api', percent: 5, match: { 'req.method': 'GET' } }],
        }),
      ],
    },
    {
      title: `pino, lines of ${bytesPerLine(long)} bytes, 1 % errors`,
      measures: [cpu],
      contenders: [ours(some, long), floor(some, long)],
    },
    {
      title: 'pino, every line an error',
      measures: [cpu],
      contenders: [ours(some, failing), abstract(some, failing)],
    },
    {
      title: 'pino, `targets` with pino/file beside us',
      measures: [cpu],
      contenders: [ours(some, usual, besideFile), floor(some, usual, besideFile)],
    },
    {
      title: `pino, ${many.toLocaleString('en')} lines in one go`,
      measures: [growth, end],
      contenders: [ours(many, usual, single, many), floor(many, usual, single, many)],
    },
  ]
}

/** Start-up: each worker lets one line go. */
export function startSuites() {
  const contender = (label, module) => ({
    label,
    run: () =>
      runProgram('pino-start', { transport: { target: target('first-line'), options: { module, options: {} } } }),
  })
  return [
    {
      title: 'pino, from the creation of a worker to its first line evaluated',
      measures: [{ figure: 'startMs', unit: 'ms', digits: 1 }],
      rounds: 3,
      contenders: [contender('logsiren/pino', 'logsiren/pino'), contender('no-op Writable (the floor)', target('raw'))],
    },
  ]
}
