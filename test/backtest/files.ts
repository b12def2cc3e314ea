import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import * as zlib from 'node:zlib'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
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
  const empty: string[] = []
  const text = await textOf(
    readFiles([path('a.log'), path('plain.gz'), path('empty.log'), path('packed')], {
      onBytes: (count) => {
        bytes += count
      },
      onEmpty: (file) => empty.push(file),
    }),
  )
  t.strictSame(empty, [path('empty.log')])
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
  writeFileSync(cut, gzipSync('line\n'.repeat(1000)).subarray(0, 9))
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
  await t.rejects(reads(cut), { message: /cut\.gz.*the packed data end too early$/ })
  await t.rejects(reads(bad), { message: /bad\.gz.*the packed data are damaged$/ })
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

t.test('reads what is packed in other ways, twice, or in UTF-16', async (t) => {
  const folder = t.testdir({})
  // Of more than one chunk, and none that packs to nothing.
  const text = Array.from({ length: 30_000 }, (_, i) => `line ${i} ü\n`).join('')
  const wide = Buffer.from(text, 'utf16le')
  const zstd: unknown = Reflect.get(zlib, 'zstdCompressSync')
  const files: [name: string, bytes: Buffer][] = [
    ['a.br', brotliCompressSync(text)],
    ['a.zlib', deflateSync(text)],
    ['a.deflate', deflateRawSync(text)],
    ['twice.gz', gzipSync(gzipSync(text))],
    ['plain.br', Buffer.from(text)],
    ['bom.log', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)])],
    ['le.log', Buffer.concat([Buffer.from([0xff, 0xfe]), wide])],
    ['be.log', Buffer.concat([Buffer.from([0xff, 0xfe]), wide]).swap16()],
    ['le-unmarked.log', wide],
    ['be-unmarked.log.gz', gzipSync(Buffer.from(wide).swap16())],
    ...(typeof zstd === 'function' ? ([['a.zst', zstd(text)]] as [string, Buffer][]) : []),
  ]
  for (const [name, bytes] of files) {
    writeFileSync(join(folder, name), bytes)
    t.ok((await textOf(readFiles([join(folder, name)]))) === text, name)
  }
})

t.test('refuses what it does not read, and says what that looks like and how to go on', async (t) => {
  const folder = t.testdir({})
  const tar = Buffer.alloc(1024)
  tar.write('app.log')
  tar.write('ustar', 257)
  const zstd = Buffer.from('28b52ffd0458', 'hex')
  const cases: [name: string, bytes: Buffer, message: RegExp][] = [
    [
      'a.xz',
      Buffer.from('fd377a585a000004', 'hex'),
      /xz` looks like an xz archive, .*: decompress it first, e\.g\. xz -dc \S+a\.xz \| logsiren backtest -$/,
    ],
    ['a.bz2', Buffer.from('BZh91AY&SY'), /a bzip2 archive.*bzip2 -dc/],
    ['a.zip', Buffer.from('504b0304', 'hex'), /a zip archive.*unzip -p/],
    ['a.tar', tar, /a tar archive.*unpack it first, e\.g\. tar -xOf/],
    ['a.tar.gz', gzipSync(tar), /a tar archive/],
    ['a.bin', randomBytes(5000), /binary data, which logsiren does not read: give it the lines of a log/],
  ]
  if (!('createZstdDecompress' in zlib))
    cases.push(['a.zst', zstd, /a zstd archive.*Node\.js 22\.15 or newer.*zstd -dc/])
  for (const [name, bytes, message] of cases) {
    writeFileSync(join(folder, name), bytes)
    await t.rejects(textOf(readFiles([join(folder, name)])), { message, code: 'EFTYPE', path: join(folder, name) })
  }
  await t.rejects(textOf(readText(Readable.from([tar]))), {
    message: /^`standard input` looks like a tar archive.*-xOf FILE/,
  })
  // A log that was emptied while a program went on writing to it begins with zeros.
  t.equal(await textOf(readText(Readable.from([Buffer.alloc(600), Buffer.from('a\n')]))), `${'\0'.repeat(600)}a\n`)
})

t.test('gives what could be unpacked of data that end too early or are damaged, where it is told to', async (t) => {
  const text = Array.from({ length: 30_000 }, (_, i) => `line ${(i * 7919) % 30_011}\n`).join('')
  for (const [name, packed] of [
    ['a.gz', gzipSync(text)],
    ['a.zlib', deflateSync(text)],
    ['a.br', brotliCompressSync(text)],
  ] as const) {
    const folder = t.testdir({})
    const path = join(folder, name)
    writeFileSync(path, packed.subarray(0, Math.floor(packed.length / 2)))
    const cuts: unknown[] = []
    const read = await textOf(readFiles([path], { onCut: (cut) => cuts.push(cut) }))
    t.ok(read.length > text.length / 4 && text.startsWith(read.trimEnd()), name)
    t.strictSame(cuts, [{ file: path, reason: 'the packed data end too early' }], name)
    await t.rejects(textOf(readFiles([path])), { message: /end too early/ }, name)
  }
  const damaged = gzipSync(text)
  damaged.fill(0xff, damaged.length - 8)
  const cuts: unknown[] = []
  const read = await textOf(readText(Readable.from([damaged]), { onCut: (cut) => cuts.push(cut) }))
  t.ok(read.length > 1000)
  t.strictSame(cuts, [{ file: 'standard input', reason: 'the packed data are damaged' }])
})

t.test('makes lines of a list, and of objects on several lines, each file by itself', async (t) => {
  const objects = [{ a: 1, b: { c: ['}', '"'] } }, { a: 2 }]
  const lines = '{"a":1,"b":{"c":["}","\\""]}}\n{"a":2}\n'
  const folder = t.testdir({
    'list.json': JSON.stringify(objects, null, 2),
    'lines.log': lines,
    'spread.log': objects.map((one) => JSON.stringify(one, null, 2)).join('\n'),
  })
  const text = await textOf(readFiles(['list.json', 'lines.log', 'spread.log'].map((name) => join(folder, name))))
  const parsed = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.strictSame(parsed, [...objects, ...objects, ...objects])
})
