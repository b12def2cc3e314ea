// What does a log line cost when it goes to logsiren, against doing nothing with it? See README.md.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import pino from 'pino'
import { LAST_ERROR, logRequest } from './request-lines.js'

const ERROR_EVERY = 100
const THRESHOLD = 10
/** Below this, starting up and the one alert hide what a line costs. */
const COMPARABLE_LINES = 200_000
/** A run that hangs must fail, not wait. */
const RUN_TIMEOUT_MS = 120_000

const targets = {
  floor: { label: 'no-op Writable (floor)', target: local('./targets/raw.js') },
  abstract: { label: 'no-op pino-abstract-transport', target: local('./targets/abstract.js') },
  logsiren: { label: 'logsiren/pino', target: 'logsiren/pino' },
}
const names = Object.keys(targets)

const { json, lines, rounds } = readArguments()
const receiver = await startReceiver()
try {
  await checkEveryErrorCounts()
  const samples = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another target, so that a machine that slows down or warms up does so for all.
    for (let k = 0; k < names.length; k += 1) {
      const name = names[(round + k) % names.length]
      samples[name].push(await measure(name))
      if (!json) process.stderr.write('.')
    }
  }
  if (!json) process.stderr.write('\n')
  const report = summarize(samples)
  console.log(json ? JSON.stringify(report, null, 2) : table(report))
} finally {
  receiver.close()
}

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, lines: { type: 'string' }, rounds: { type: 'string' } },
  })
  assert(
    positionals.every((word) => word === 'quick'),
    `Expected nothing or \`quick\`, got \`${positionals.join(' ')}\``,
  )
  const [defaultLines, defaultRounds] = positionals.length > 0 ? [20_000, 1] : [500_000, 5]
  const read = {
    json: values.json,
    lines: Number(values.lines ?? defaultLines),
    rounds: Number(values.rounds ?? defaultRounds),
  }
  assert(Number.isInteger(read.rounds) && read.rounds > 0, 'Expected `--rounds` to be a positive integer')
  assert(
    Number.isInteger(read.lines) && read.lines >= ERROR_EVERY * THRESHOLD,
    `Expected \`--lines\` to be an integer of at least ${ERROR_EVERY * THRESHOLD}, which is what raises the alert`,
  )
  return read
}

/** One run in a process of its own. Ours has worked when the one alert has arrived. */
async function measure(name) {
  const isOurs = name === 'logsiren'
  const { run, received } = await logLines({ target: targets[name].target, threshold: THRESHOLD, withReceiver: isOurs })
  assert.equal(received.length, isOurs ? 1 : 0, `${name}: webhooks`)
  if (isOurs) assert(received[0].count >= THRESHOLD, `${name}: the alert says ${received[0].count} errors`)
  return { cpuMicrosPerLine: (run.cpuMs * 1000) / lines, linesPerSecond: (lines / run.wallMs) * 1000 }
}

/**
 * A run that is not measured. The threshold is one more than the errors among its lines, and one more error comes last: had
 * one been missed there would be no alert; had one been counted that is none, the alert would name another sample or count.
 */
async function checkEveryErrorCounts() {
  const threshold = Math.floor(lines / ERROR_EVERY) + 1
  const { received } = await logLines({
    target: targets.logsiren.target,
    threshold,
    withReceiver: true,
    withLastError: true,
  })
  assert.deepEqual(
    received.map(({ count, sample }) => ({ count, sample: sample.error_message })),
    [{ count: threshold, sample: LAST_ERROR }],
    `logsiren/pino did not count exactly ${threshold} errors`,
  )
}

async function logLines({ target, threshold, withReceiver, withLastError = false }) {
  const options = withReceiver ? { url: receiver.url, threshold, windowSeconds: 3600 } : {}
  const work = { target, options, lines, errorEvery: ERROR_EVERY, withLastError }
  receiver.received.length = 0
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [local('./log-lines.js'), JSON.stringify(work)],
    { timeout: RUN_TIMEOUT_MS, killSignal: 'SIGKILL' },
  )
  assert.equal(stderr, '', `${target}: stderr`)
  const run = JSON.parse(stdout)
  const received = [...receiver.received]
  assert.deepEqual(run.warnings, [], `${target}: warnings`)
  assert.deepEqual(
    run.delivered,
    received.map(({ count }) => count),
    `${target}: what it says it delivered`,
  )
  return { run, received }
}

/** In this process, which is not measured, and idle but for the one webhook of a run. */
async function startReceiver() {
  const received = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    received.push(JSON.parse(text))
    response.writeHead(204).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}/hook`, received, close: () => server.close() }
}

function summarize(samples) {
  const medians = Object.fromEntries(
    names.map((name) => [name, median(samples[name].map(({ cpuMicrosPerLine }) => cpuMicrosPerLine))]),
  )
  const results = names.map((name) => {
    const micros = samples[name].map(({ cpuMicrosPerLine }) => cpuMicrosPerLine)
    return {
      name,
      cpuMicrosPerLine: {
        median: medians[name],
        lowest: Math.min(...micros),
        highest: Math.max(...micros),
        all: micros,
      },
      linesPerSecond: median(samples[name].map(({ linesPerSecond }) => linesPerSecond)),
      ofFloor: medians[name] / medians.floor,
      ofAbstract: medians[name] / medians.abstract,
    }
  })
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cpuCount: cpus().length,
    lines,
    rounds,
    errorShare: 1 / ERROR_EVERY,
    bytesPerLine: bytesPerLine(),
    results,
  }
}

function table({ date, node, cpu, cpuCount, rounds, errorShare, bytesPerLine, results }) {
  const title = [
    'CPU of the whole process per log line, pino logger with its transport in a worker',
    `${date}, Node ${node}, ${cpu} (${cpuCount} CPUs)`,
    `${lines.toLocaleString('en')} lines of ${Math.round(bytesPerLine)} bytes, ${errorShare * 100} % errors, median of ${rounds} rounds`,
  ]
  const rows = [
    ['target', 'µs/line', 'lowest', 'highest', 'lines/s', 'of floor', 'of abstract'],
    ...results.map(({ name, cpuMicrosPerLine: micros, linesPerSecond, ofFloor, ofAbstract }) => [
      targets[name].label,
      ...[micros.median, micros.lowest, micros.highest].map((value) => value.toFixed(2)),
      Math.round(linesPerSecond).toLocaleString('en'),
      ...[ofFloor, ofAbstract].map((ratio) => ratio.toFixed(3)),
    ]),
  ]
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  const format = ([label, ...cells]) =>
    [label.padEnd(widths[0]), ...cells.map((cell, i) => cell.padStart(widths[i + 1]))].join('  ')
  const remark =
    lines < COMPARABLE_LINES
      ? ['', 'Too few lines to compare: what a process does once weighs more than its lines.']
      : []
  return [...title, '', ...rows.map(format), ...remark].join('\n')
}

/** Of these very lines, the newline included. */
function bytesPerLine() {
  let bytes = 0
  const logger = pino(
    {},
    {
      write: (line) => {
        bytes += Buffer.byteLength(line)
      },
    },
  )
  const sample = Math.min(lines, 10_000)
  for (let i = 0; i < sample; i += 1) logRequest(logger, i, ERROR_EVERY)
  return bytes / sample
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

function local(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
