// How fast a file is backtested, against running the sieve over its text.
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { errorsAmong, requestLine } from '../request-lines.js'
import { runProgram } from '../support/run-program.js'

const LINES = 3_200_000
const BLOCK_LENGTH = 1 << 20
const usual = { errorEvery: 100, isLong: false }

/** `share` of about 1 GB of lines; the file is written before the first run and deleted when the process ends. */
export function backtestSuites({ share }) {
  const lines = Math.ceil(LINES * share)
  let writing
  const contender = (label, kind, options = {}) => ({
    label,
    run: async () => {
      writing ??= writeLines(lines)
      return runProgram('backtest-lines', { path: await writing, kind, options, errors: errorsAmong(lines, usual) })
    },
  })
  return [
    {
      title: `backtest, ${lines.toLocaleString('en')} lines, 1 % errors`,
      measures: [
        { figure: 'megabytesPerSecond', unit: 'MB a second', digits: 0 },
        { figure: 'cpuSecondsPerGigabyte', unit: 's of CPU a GB', digits: 2 },
        { figure: 'rssMegabytes', unit: 'MB that the process takes at most', digits: 0 },
      ],
      contenders: [
        contender('backtest()', 'backtest'),
        contender('backtest(), `timeline`', 'backtest', { timeline: true }),
        contender('backtest(), `compare` with one', 'backtest', { compare: [{ threshold: 20 }] }),
        contender('the sieve alone (the floor)', 'sieve'),
      ],
    },
  ]
}

async function writeLines(lines) {
  const folder = mkdtempSync(join(tmpdir(), 'logsiren-backtest-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'service.log')
  const file = createWriteStream(path)
  let [block, timeMs] = ['', Date.UTC(2026, 10, 23)]
  const write = (line) => {
    block += line
  }
  const logger = pino({ timestamp: () => `,"time":${timeMs}` }, { write })
  for (let i = 0; i < lines; i += 1) {
    timeMs += 25
    const { level, members, message } = requestLine(i, usual)
    logger[level](members, message)
    if (block.length < BLOCK_LENGTH) continue
    if (!file.write(block)) await once(file, 'drain')
    block = ''
  }
  file.end(block)
  await once(file, 'close')
  return path
}
