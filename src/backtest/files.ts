// Reads files and chunks as text, in large pieces. What begins as packed data do is unpacked, whatever the file's name.
import { type FileHandle, open } from 'node:fs/promises'
import { DocumentLines, layoutOf } from './json-documents.js'
import { HEAD_BYTES, type Look, lookOf } from './looks.js'
import { TextPieces } from './text-pieces.js'
import { unpackedBy } from './unpacking.js'

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
    super(
      cause instanceof ForeignError
        ? cause.message
        : `Expected \`${path}\` to be a file that can be read: ${reasonOf(cause)}`,
      { cause },
    )
    this.path = path
    this.code = codeOf(cause)
  }
}

/** A file that is no text, and nothing that is unpacked here. */
class ForeignError extends Error {
  readonly code = 'EFTYPE'

  constructor({ what, first, command }: Look & { readonly kind: 'foreign' }, path: string) {
    const example = `, e.g. ${command} ${path === STANDARD_INPUT ? 'FILE' : path} | logsiren backtest -`
    super(`\`${path}\` looks like ${what}, which logsiren does not read: ${first}${command === '' ? '' : example}`)
  }
}

/** The path of what is read from no file. */
export const STANDARD_INPUT = 'standard input'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  Z_BUF_ERROR: 'the packed data end too early',
  Z_DATA_ERROR: 'the packed data are damaged',
}

function codeOf(cause: unknown): string {
  const { code = '' } = Object(cause) as { readonly code?: unknown }
  return String(code)
}

function reasonOf(cause: unknown): string {
  const code = codeOf(cause)
  const damage = isOfPacking(cause) ? reasons['Z_DATA_ERROR'] : undefined
  return reasons[code] ?? damage ?? (cause instanceof Error ? cause.message : String(cause))
}

/** What is told while files are read. */
export interface Reading {
  /** Called with the number of bytes that were read from the disk since the last call. */
  readonly onBytes?: ((count: number) => void) | undefined
  /** Called where a file's data end or are damaged after a part of it was read. Without it that is an error. */
  readonly onCut?: ((cut: CutFile) => void) | undefined
  /** Called with a file that holds no text at all. */
  readonly onEmpty?: ((file: string) => void) | undefined
}

/** A file of which only the beginning could be read. */
export interface CutFile {
  readonly file: string
  readonly reason: string
}

/**
 * Reads the text of these files, one after the other; the text of each ends in a newline.
 *
 * @throws UnreadableError
 */
export async function* readFiles(
  paths: readonly string[],
  { onBytes = () => {}, ...reading }: Reading = {},
): AsyncGenerator<string> {
  for (const path of paths) {
    try {
      const file = await open(path)
      try {
        yield* readText(chunksOf(file, onBytes), { ...reading, path })
      } finally {
        await file.close()
      }
    } catch (cause) {
      throw new UnreadableError(path, cause)
    }
  }
}

/** Makes text of chunks of bytes or text. It ends in a newline, so that the next file's text does not continue its last line. */
export async function* readText(
  chunks: AsyncIterable<string | Uint8Array>,
  { path = STANDARD_INPUT, onCut, onEmpty }: Omit<Reading, 'onBytes'> & { readonly path?: string } = {},
): AsyncGenerator<string> {
  let isBegun = false
  let isEnded = true
  try {
    for await (const text of linesOf(decoded(chunks, path, 0))) {
      if (text === '') continue
      isBegun = true
      isEnded = text.endsWith('\n')
      yield text
    }
  } catch (cause) {
    if (!isBegun || onCut === undefined || !isOfPacking(cause)) throw cause
    onCut({ file: path, reason: reasonOf(cause) })
  }
  if (!isBegun) onEmpty?.(path)
  if (!isEnded) yield '\n'
}

/** Makes lines of a text that is JSON, but not written as lines. Any other stays as it is. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let head = ''
  let layout: ReturnType<typeof layoutOf>
  const documents = new DocumentLines()
  for await (const piece of pieces) {
    if (layout === 'lines') yield piece
    else if (layout === 'documents') yield documents.push(piece)
    else {
      head += piece
      layout = layoutOf(head) ?? (head.length > MAX_HEAD_LENGTH ? 'lines' : undefined)
      if (layout === 'lines') yield head
      else if (layout === 'documents') yield documents.push(head)
    }
  }
  yield layout === 'documents' ? documents.end() : layout === undefined ? head : ''
}

/** UTF-16 units of blanks after which what follows is taken for lines. */
const MAX_HEAD_LENGTH = 65_536
/** Data that were packed more often than this are not unpacked. */
const MAX_PACKINGS = 3

/** The text of chunks, unpacked and decoded by what they look like. The name of a file is that of what lies on the disk, not of what is in it. */
async function* decoded(
  chunks: AsyncIterable<string | Uint8Array>,
  path: string,
  packings: number,
): AsyncGenerator<string> {
  const rest = chunks[Symbol.asyncIterator]()
  const head = await headOf(rest)
  const all = followed(head, rest)
  const look: Look =
    typeof head[0] === 'string' || head.length === 0
      ? { kind: 'text', encoding: 'utf-8' }
      : lookOf(Buffer.concat(head.map((chunk) => Buffer.from(chunk as Uint8Array))), packings === 0 ? path : '')
  if (look.kind === 'foreign' || (look.kind === 'packed' && packings === MAX_PACKINGS)) {
    await rest.return?.()
    throw look.kind === 'foreign' ? new ForeignError(look, path) : new Error('it is packed too often')
  }
  if (look.kind === 'packed') {
    yield* decoded(unpackedBy(look.open(), all), path, packings + 1)
    return
  }
  const pieces = new TextPieces(look.encoding)
  for await (const chunk of all) yield pieces.push(chunk)
  yield pieces.end()
}

/** The first chunks: a text, or at least `HEAD_BYTES` unless there are no more. They are copies, as further ones may be read into the same memory. */
async function headOf(chunks: AsyncIterator<string | Uint8Array>): Promise<readonly (string | Uint8Array)[]> {
  const head: (string | Uint8Array)[] = []
  let length = 0
  while (length < HEAD_BYTES) {
    const next = await chunks.next()
    if (next.done === true) break
    const { value } = next
    if (value.length === 0) continue
    // A large chunk is the whole head, and is used before another is read.
    head.push(typeof value === 'string' || (length === 0 && value.length >= HEAD_BYTES) ? value : Buffer.from(value))
    if (typeof value === 'string') break
    length += value.length
  }
  return head
}

/** Gives the first chunks and then the rest; ends the source when the caller leaves. */
async function* followed<T>(first: readonly T[], rest: AsyncIterator<T>): AsyncGenerator<T> {
  try {
    yield* first
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

/** Whether an error is one of the data that were to be unpacked, and not of the file that holds them. */
function isOfPacking(cause: unknown): boolean {
  return /^(Z_|ZSTD_|ERR_BROTLI|ERR__ERROR)/.test(codeOf(cause))
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
