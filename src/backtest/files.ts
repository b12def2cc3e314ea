// Reads files and chunks as text, in large pieces. What begins as gzip does is unpacked, whatever the file's name.
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { TextPieces } from './text-pieces.js'

/** Bytes that are read from a file at once. */
const CHUNK_BYTES = 1 << 20
/** Bytes that are made text at once. A larger text gets a page of its own in V8's heap, which takes longer than to read the bytes. */
const PIECE_BYTES = 1 << 16

/**
 * The error of a file that could not be read; its message names the file and says why. Callers of `backtest()` know it by its `code`,
 * which is the system's or zlib's and not of this package.
 */
export class UnreadableError extends Error {
  readonly path: string
  /** Such as `ENOENT` or `Z_DATA_ERROR`; `''` where the cause has none. */
  readonly code: string

  constructor(path: string, cause: unknown) {
    const { code = '', message = String(cause) } = Object(cause) as { code?: string; message?: string }
    super(`Expected \`${path}\` to be a file that can be read: ${reasons[code] ?? message}`, { cause })
    this.path = path
    this.code = code
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  Z_BUF_ERROR: 'the gzip data end too early',
  Z_DATA_ERROR: 'the gzip data are damaged',
}

/**
 * Reads the text of these files, one after the other; the text of each ends in a newline.
 *
 * @param onBytes - is called with the number of bytes that were read from the disk since the last call
 * @throws UnreadableError
 */
export async function* readFiles(
  paths: readonly string[],
  onBytes: (count: number) => void = () => {},
): AsyncGenerator<string> {
  for (const path of paths) {
    try {
      const file = await open(path)
      try {
        yield* readText(chunksOf(file, onBytes))
      } finally {
        await file.close()
      }
    } catch (cause) {
      throw new UnreadableError(path, cause)
    }
  }
}

/** Makes text of chunks of bytes or text. It ends in a newline, so that the next file's text does not continue its last line. */
export async function* readText(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string> {
  const pieces = new TextPieces()
  let isEnded = true
  for await (const chunk of unpacked(chunks)) {
    const text = pieces.push(chunk)
    if (text === '') continue
    isEnded = text.endsWith('\n')
    yield text
  }
  const rest = pieces.end()
  if (rest !== '' || !isEnded) yield `${rest}\n`
}

async function* chunksOf(file: FileHandle, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  let [filled, spare] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)]
  let reading = file.read(spare, 0, CHUNK_BYTES, null)
  try {
    for (;;) {
      const { bytesRead } = await reading
      if (bytesRead === 0) return
      onBytes(bytesRead)
      ;[filled, spare] = [spare, filled]
      // The next chunk is read while the caller works on this one.
      reading = file.read(spare, 0, CHUNK_BYTES, null)
      for (let at = 0; at < bytesRead; at += PIECE_BYTES)
        yield filled.subarray(at, Math.min(at + PIECE_BYTES, bytesRead))
    }
  } finally {
    // The caller may leave while a read goes on: it ends before the file is closed, and nobody else takes its error.
    await reading.catch(() => {})
  }
}

async function* unpacked(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<string | Uint8Array> {
  const rest = chunks[Symbol.asyncIterator]()
  const first = await firstOf(rest)
  if (first === undefined) return
  const all = followed(first, rest)
  if (!isGzip(first)) {
    yield* all
    return
  }
  const unpacking = createGunzip({ chunkSize: PIECE_BYTES })
  // An error of either stream ends both, and the loop throws it.
  pipeline(Readable.from(copies(all), { objectMode: false }), unpacking, () => {})
  for await (const chunk of unpacking) yield chunk
}

/** The beginning of the input, from which gzip can be told: a text, or at least two bytes unless there are no more. */
async function firstOf(chunks: AsyncIterator<string | Uint8Array>): Promise<string | Uint8Array | undefined> {
  let first: Uint8Array | undefined
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    const { value } = next
    if (value.length === 0) continue
    if (first === undefined && (typeof value === 'string' || value.length > 1)) return value
    const bytes: Uint8Array = typeof value === 'string' ? Buffer.from(value) : value
    if (first !== undefined) return Buffer.concat([first, bytes])
    // A copy: what comes next may be read into the same memory.
    first = Uint8Array.from(bytes)
  }
  return first
}

/** Gives the first chunk and then the rest; ends the source when the caller leaves. */
async function* followed<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield first
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

/** Copies chunks: the stream that unpacks them may keep one while another chunk is read into the same memory. */
async function* copies(chunks: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Buffer.from(chunk)
}

function isGzip(chunk: string | Uint8Array): boolean {
  return typeof chunk !== 'string' && chunk[0] === 0x1f && chunk[1] === 0x8b
}
