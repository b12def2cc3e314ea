// One backtest of a file, or the floor: the file read and made text of in the same pieces, and the sieve run over them.
import assert from 'node:assert/strict'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { backtest } from 'logsiren'

const { path, kind, options, errors } = JSON.parse(process.argv[2])
const PIECE_BYTES = 1 << 16

const before = process.cpuUsage()
const startMs = performance.now()
const bytes = kind === 'sieve' ? await runSieve() : await runBacktest()
const seconds = (performance.now() - startMs) / 1000
const { user, system } = process.cpuUsage(before)
console.log(
  JSON.stringify({
    megabytesPerSecond: bytes / 1e6 / seconds,
    cpuSecondsPerGigabyte: (user + system) / 1e6 / (bytes / 1e9),
    rssMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
)

async function runBacktest() {
  const report = await backtest(path, options)
  assert.equal(report.errors, errors)
  return statSync(path).size
}

async function runSieve() {
  // Not exported: the floor is a part of what is measured, as it was before it was bundled.
  const part = (name) => import(new URL(`../../.build/record/${name}.js`, import.meta.url).href)
  const [{ compileSieve }, { standardScale }] = await Promise.all([part('sieve/text-sieve'), part('severity')])
  const sieve = compileSieve({ statusThreshold: 500, minSeverity: 40, scale: standardScale, shape: {} })
  const [file, piece, decoder] = [openSync(path), Buffer.allocUnsafeSlow(PIECE_BYTES), new StringDecoder('utf8')]
  let [bytes, found] = [0, 0]
  for (let count = readSync(file, piece); count > 0; count = readSync(file, piece)) {
    bytes += count
    const text = decoder.write(piece.subarray(0, count))
    for (
      let at = sieve(text, text.indexOf('\n') + 1);
      at >= 0;
      at = sieve(text, text.indexOf('\n', at) + 1 || text.length)
    )
      found += 1
  }
  closeSync(file)
  // What the ends of pieces cut is looked at as it is.
  assert(Math.abs(found - errors) < 0.1 * errors)
  return bytes
}
