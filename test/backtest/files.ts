import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { readFiles, readText, UnreadableError } from '../../src/backtest/files.js'

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

t.test('reads files one after the other, whatever their names say of gzip', async (t) => {
  // Longer than a chunk, with characters that chunks are cut within.
  const long = `${'ü€🚨 line\n'.repeat(100_000)}no newline`
  const folder = t.testdir({ 'a.log': long, 'plain.gz': 'plain\n', 'empty.log': '' })
  const path = (name: string): string => join(folder, name)
  const packed = gzipSync(long)
  // Two members, as `cat a.gz b.gz` makes them.
  writeFileSync(path('packed'), Buffer.concat([packed, gzipSync('more\n')]))
  let bytes = 0
  const text = await textOf(
    readFiles([path('a.log'), path('plain.gz'), path('empty.log'), path('packed')], (count) => {
      bytes += count
    }),
  )
  t.ok(text === `${long}\nplain\n${long}more\n`)
  t.equal(bytes, Buffer.byteLength(long) + 6 + packed.length + gzipSync('more\n').length, 'as they lie on the disk')
})

t.test('reads chunks of text or bytes, packed or not', async (t) => {
  t.equal(await textOf(readText(Readable.from(['a\nb', 'c']))), 'a\nbc\n')
  t.equal(await textOf(readText(Readable.from([gzipSync('a\nü')]))), 'a\nü\n')
  t.equal(await textOf(readText(Readable.from([Buffer.from([0xc3])]))), '\ufffd\n', 'cut off')
  t.equal(await textOf(readText(Readable.from([]))), '')
})

t.test('names the file that cannot be read, and why', async (t) => {
  const folder = t.testdir({})
  const cut = join(folder, 'cut.gz')
  writeFileSync(cut, gzipSync('line\n'.repeat(1000)).subarray(0, 30))
  const bad = join(folder, 'bad.gz')
  writeFileSync(bad, Buffer.concat([gzipSync('line\n').subarray(0, 10), Buffer.alloc(100, 0xff)]))
  const reads = (path: string): Promise<string> => textOf(readFiles([path]))
  const missing = join(folder, 'missing.log')
  await t.rejects(reads(missing), {
    message: `Expected \`${missing}\` to be a file that can be read: there is no such file`,
    code: 'ENOENT',
    path: missing,
  })
  await t.rejects(reads(folder), { message: /it is a directory$/ })
  await t.rejects(reads(cut), { message: /cut\.gz.*the gzip data end too early$/ })
  await t.rejects(reads(bad), { message: /bad\.gz.*the gzip data are damaged$/ })
  t.match(new UnreadableError('a', new Error('odd')), { message: 'Expected `a` to be a file that can be read: odd' })
})

t.test('closes what is not read to its end', async (t) => {
  const folder = t.testdir({ 'a.log': 'line\n'.repeat(1_000_000) })
  writeFileSync(join(folder, 'b.log'), gzipSync('line\n'.repeat(1_000_000)))
  for (const name of ['a.log', 'b.log']) {
    for await (const piece of readFiles([join(folder, name)])) {
      t.match(piece, /^line\n/)
      break
    }
  }
})

t.test('an empty piece, wherever it comes, adds no line', async (t) => {
  const read = (...chunks: (string | Uint8Array)[]): Promise<string> => textOf(readText(Readable.from(chunks)))
  for (const blank of ['', new Uint8Array(0)]) {
    t.equal(await read(blank), '')
    t.equal(await read('a\n', blank), 'a\n')
    t.equal(await read(blank, 'a', blank, 'b', blank), 'ab\n')
  }
})

t.test('knows gzip however it is cut', async (t) => {
  const packed = gzipSync('a\nb\n')
  for (const size of [1, 2, 3]) {
    const cut = Array.from({ length: Math.ceil(packed.length / size) }, (_, i) =>
      packed.subarray(i * size, (i + 1) * size),
    )
    t.equal(await textOf(readText(Readable.from([Buffer.alloc(0), ...cut]))), 'a\nb\n', `${size}`)
  }
  for (const text of ['x', '\u001f', '\u001fx', 'ü']) {
    const bytes = [...Buffer.from(text)].map((byte) => Uint8Array.of(byte))
    t.equal(await textOf(readText(Readable.from(bytes))), `${text}\n`)
  }
})
