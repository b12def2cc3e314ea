import t from 'tap'
import { ProgressBar } from '../../../src/cli/backtest/progress-bar.js'

t.test('draws how far it has come ten times a second, on one line, and takes it off', (t) => {
  let nowMs = 5000
  const written: string[] = []
  const output = { write: (text: string) => written.push(text), columns: 80 }
  const bar = new ProgressBar(output, 200e6, { monotonicMs: () => nowMs })
  bar.add(50e6)
  nowMs += 99
  bar.add(10e6)
  nowMs += 901
  bar.add(40e6)
  nowMs += 1000
  bar.add(150e6)
  bar.clear()
  t.strictSame(written, [
    `\r 25 % ${'█'.repeat(7)}${'░'.repeat(23)} 50 MB of 200 MB\u001b[K`,
    `\r 50 % ${'█'.repeat(15)}${'░'.repeat(15)} 100 MB of 200 MB, 100 MB/s\u001b[K`,
    `\r100 % ${'█'.repeat(30)} 250 MB of 200 MB, 125 MB/s\u001b[K`,
    '\r\u001b[K',
  ])
  t.end()
})

t.test('never wraps', (t) => {
  const written: string[] = []
  const bar = new ProgressBar({ write: (text) => written.push(text), columns: 20 }, 1e6, { monotonicMs: () => 0 })
  bar.add(1)
  t.equal(written[0]?.replace(/^\r|\u001b\[K$/g, '').length, 19)
  t.end()
})
