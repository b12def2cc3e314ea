// Tells from the first bytes of a file what it holds.

import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'

/** What a file holds is told by so many of its first bytes: a tar archive has its mark just before their end. */
export const HEAD_BYTES = 512
/** Bytes that an unpacker gives at once. */
const PIECE_BYTES = 1 << 16

export type Look =
  | { readonly kind: 'text'; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' }
  /** `open` makes the stream that unpacks it. */
  | { readonly kind: 'packed'; readonly open: () => Transform }
  /** It is not read. `what` it looks like, and what to do: a command that writes the lines of the file behind it, or a sentence. */
  | { readonly kind: 'foreign'; readonly what: string; readonly first: string; readonly command: string }

const options = { chunkSize: PIECE_BYTES }
/** Archives and packed files that are not read, by their first bytes, in hexadecimal. */
const foreign: readonly (readonly [start: RegExp, what: string, command: string])[] = [
  [/^fd377a585a00/, 'an xz archive', 'xz -dc'],
  [/^425a683\d314159265359/, 'a bzip2 archive', 'bzip2 -dc'],
  [/^04224d18/, 'an lz4 archive', 'lz4 -dc'],
  [/^5d0000[08]0/, 'an lzma archive', 'xz -dc'],
  [/^4c5a495001/, 'an lzip archive', 'lzip -dc'],
  [/^1f9d/, 'a file of compress', 'gzip -dc'],
  [/^504b0(304|506|708)/, 'a zip archive', 'unzip -p'],
  [/^377abcaf271c/, 'a 7z archive', '7z x -so'],
  [/^526172211a07/, 'a rar archive', 'unrar p -inul'],
]

/** What a file of this name looks like by its first `HEAD_BYTES`, or by all of it where it is shorter. */
export function lookOf(head: Uint8Array, name: string): Look {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  const start = bytes.toString('hex', 0, 16)
  const known = foreign.find(([pattern]) => pattern.test(start))
  if (known !== undefined) return { kind: 'foreign', what: known[1], first: 'decompress it first', command: known[2] }
  if (bytes.toString('latin1', 257, 262) === 'ustar')
    return { kind: 'foreign', what: 'a tar archive', first: 'unpack it first', command: 'tar -xOf' }
  return packedLook(bytes, start, name) ?? textLook(bytes)
}

function packedLook(bytes: Buffer, start: string, name: string): Look | undefined {
  if (start.startsWith('1f8b')) return { kind: 'packed', open: () => createGunzip(options) }
  if (/^(28b52ffd|5.2a4d18)/.test(start)) {
    // From Node.js 22.15 on.
    const open: unknown = Reflect.get(zlib, 'createZstdDecompress')
    if (typeof open !== 'function')
      return {
        kind: 'foreign',
        what: 'a zstd archive',
        first: 'use Node.js 22.15 or newer, or decompress it first',
        command: 'zstd -dc',
      }
    return { kind: 'packed', open: () => open(options) as Transform }
  }
  // The others have no mark of their own, or one that a text may begin with.
  if (oddIn(bytes.toString('utf8')) <= 1) return undefined
  if (/^78(01|5e|9c|da)/.test(start)) return { kind: 'packed', open: () => createInflate(options) }
  if (/\.br$/i.test(name)) {
    const params = { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 }
    return { kind: 'packed', open: () => createBrotliDecompress({ ...options, params }) }
  }
  return /\.(deflate|zz)$/i.test(name) ? { kind: 'packed', open: () => createInflateRaw(options) } : undefined
}

function textLook(bytes: Buffer): Look {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return { kind: 'text', encoding: 'utf-16le' }
  if (first === 0xfe && second === 0xff) return { kind: 'text', encoding: 'utf-16be' }
  const wide = wideEncodingOf(bytes)
  if (wide !== undefined) return { kind: 'text', encoding: wide }
  if (isBinary(bytes))
    return { kind: 'foreign', what: 'binary data', first: 'give it the lines of a log as text', command: '' }
  return { kind: 'text', encoding: 'utf-8' }
}

/** UTF-16 without a mark: nearly every other byte of it is 0, since most characters of a log are ASCII. */
function wideEncodingOf(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.floor(bytes.length / 2)
  if (pairs < 4) return undefined
  let [even, odd] = [0, 0]
  for (let i = 0; i < 2 * pairs; i += 2) {
    if (bytes[i] === 0) even += 1
    if (bytes[i + 1] === 0) odd += 1
  }
  if (odd > 0.8 * pairs && even < 0.1 * pairs) return 'utf-16le'
  return even > 0.8 * pairs && odd < 0.1 * pairs ? 'utf-16be' : undefined
}

/** Fewer bytes than these may be a short text in another encoding. */
const MIN_JUDGED_BYTES = 32

/** Whether more than a fifth of the characters are none of a text. Zeros at the start are no sign: a log that was emptied while it grew has them. */
function isBinary(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').replace(/^\u0000+/, '')
  if (text.length < MIN_JUDGED_BYTES) return false
  return oddIn(text) > text.length / 5
}

/** How many characters of a text no log has. The last one may be such because it was cut. */
function oddIn(text: string): number {
  return text.match(/[\u0000-\u0006\u000e-\u001a\u001c-\u001f\u007f\ufffd]/g)?.length ?? 0
}
