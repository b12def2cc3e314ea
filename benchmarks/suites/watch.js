// What `logsiren watch` lets through, against `cat` in its place: both copy a file from one pipe to another.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requestLine } from '../request-lines.js'

const cli = join(createRequire(import.meta.url).resolve('logsiren/package.json'), '../dist/cli.js')
const BYTES = 300_000_000
const SHAPE = { errorEvery: 100, isLong: false }

const writers = {
  'JSON lines': (i) => {
    const { level, members, message } = requestLine(i, SHAPE)
    const time = 1_795_834_708_831 + i
    return JSON.stringify({
      level: level === 'error' ? 50 : 30,
      time,
      pid: 71,
      hostname: 'web-1',
      ...members,
      msg: message,
    })
  },
  'lines of text': (i) =>
    `2026-11-28 02:50:01,123 - shop.orders - ${i % 100 === 99 ? 'ERROR - db timeout of' : 'INFO - served'} order ${100_000 + i}`,
  'access lines': (i) =>
    `203.0.113.9 - - [28/Nov/2026:02:50:01 +0000] "GET /orders/${i} HTTP/1.1" ${i % 100 === 99 ? 503 : 200} 1234 "-" "shop-app/7.4.1"`,
}

/** `share` of the usual amount of lines. */
export function watchSuites({ origin, share }) {
  const flags = ['watch', '--url', `${origin}/hook`, '--threshold', String(2 ** 31 - 1)]
  const measures = [{ figure: 'megabytes', unit: 'MB/s', digits: 0 }]
  return Object.entries(writers).map(([kind, write]) => ({
    title: `watch, ${kind}, 1 % errors, through two pipes`,
    measures,
    contenders: [
      { label: 'logsiren watch', run: () => copied(write, BYTES * share, process.execPath, [cli, ...flags]) },
      { label: 'cat (the floor)', run: () => copied(write, BYTES * share, 'cat', []) },
    ],
  }))
}

/** Megabytes a second from the first byte that comes out until the last, which must be as many as went in. */
async function copied(write, bytes, program, args) {
  const folder = mkdtempSync(join(tmpdir(), 'logsiren-bench-'))
  try {
    const file = join(folder, 'lines.log')
    let block = ''
    for (let i = 0; block.length < bytes / 10; i += 1) block += `${write(i)}\n`
    writeFileSync(file, block.repeat(10))
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    let [received, startedMs] = [0, 0]
    child.stdout.on('data', (chunk) => {
      startedMs ||= performance.now()
      received += chunk.length
    })
    createReadStream(file, { highWaterMark: 1 << 20 }).pipe(child.stdin)
    const [code] = await once(child, 'close')
    assert.deepEqual([code, received], [0, block.length * 10], 'every byte has come through')
    return { megabytes: received / 1000 / (performance.now() - startedMs) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
