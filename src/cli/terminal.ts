// The streams of a command, tables, and questions. Callers pass text of unknown origin through `oneLine` first.
import { createInterface } from 'node:readline/promises'

/** The standard streams of a command. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean
    readonly columns?: number
    readonly rows?: number
  }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** Columns that a line may take. The last one stays empty: some terminals begin a new line behind it. */
export function columnsOf({ columns = 80 }: Terminal['stdout']): number {
  return Math.max(1, columns - 1)
}

/** A table in columns, without blanks at the ends of its lines. Names are aligned left; figures right, except for the first column. */
export function table(rows: readonly (readonly string[])[], cells: 'names' | 'figures' = 'names'): string {
  const widths = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const pad = (cell: string, column: number): string =>
    cells === 'names' || column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('')
}

/** As far as there is room, this much is shown of a text that is shortened, and of a line of one that is wrapped; and in any case so much. */
const [GOOD_SHORTENED, GOOD_WRAPPED] = [24, 48]
const [LEAST_SHORTENED, LEAST_WRAPPED] = [6, 16]

/**
 * A table of names that is no wider than `columns`, if that is possible at all: so a long name hides no other column. Texts in the
 * columns of these numbers are shortened in their middle, since names that are alike mostly differ at their ends; those in the last
 * column are wrapped.
 */
export function fittedTable(
  rows: readonly (readonly string[])[],
  columns: number,
  shortened: readonly number[],
): string {
  const count = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const last = count - 1
  const sum = (of: readonly number[]): number => of.reduce((total, width) => total + width, 0)
  const leftFor = (column: number): number => columns - 2 * last - sum(widths) + (widths[column] ?? 0)
  const natural = widths[last] ?? 0
  const shorten = (leastShortened: number, leastWrapped: number): void => {
    const widestOf = (): number => [...shortened].sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0] ?? last
    for (let at = widestOf(); leftFor(last) < Math.min(natural, leastWrapped); at = widestOf()) {
      const width = widths[at] ?? 0
      if (width <= leastShortened) break
      widths[at] = width - 1
    }
  }
  shorten(GOOD_SHORTENED, GOOD_WRAPPED)
  shorten(LEAST_SHORTENED, LEAST_WRAPPED)
  const lastWidth = Math.max(Math.min(natural, LEAST_WRAPPED), leftFor(last))
  return rows
    .map((row) => {
      const cells = row.slice(0, last).map((cell, column) => {
        const width = widths[column] ?? 0
        return shortenedTo(cell, width).padEnd(width)
      })
      const mark = cells.map((cell) => `${cell}  `).join('')
      const lines = row.length > last ? wrapped(row[last] ?? '', mark.length + lastWidth, mark) : [mark]
      return lines.map((line) => `${line.trimEnd()}\n`).join('')
    })
    .join('')
}

/** A text of at most so many characters: a longer one has `…` in place of its middle. */
function shortenedTo(text: string, length: number): string {
  if (text.length <= length) return text
  const end = Math.floor((length - 1) / 2)
  const cut = `${text.slice(0, length - 1 - end)}…${end === 0 ? '' : text.slice(-end)}`
  // A cut through a surrogate pair leaves half a character on each side.
  return cut.replace(/[\ud800-\udbff]…|…[\udc00-\udfff]/g, '…')
}

/** Lines of at most so many columns: the first behind this mark, the others indented as far. */
export function wrapped(text: string, columns: number, mark: string = ''): string[] {
  const room = Math.max(1, columns - mark.length)
  const words = text.split(' ').flatMap((word) => (word === '' ? [''] : chunksOf(word, room)))
  const lines: string[] = []
  let line = ''
  for (const [at, word] of words.entries()) {
    if (at > 0 && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line += at === 0 ? word : ` ${word}`
  }
  return [...lines, line].map((line, at) => `${at === 0 ? mark : ' '.repeat(mark.length)}${line}`)
}

function chunksOf(word: string, length: number): string[] {
  const chunks: string[] = []
  for (let at = 0; at < word.length; at += chunks.at(-1)?.length ?? 0) {
    const chunk = word.slice(at, at + length)
    // Never through a surrogate pair.
    chunks.push(length > 1 ? chunk.replace(/[\ud800-\udbff]$/, '') || chunk : chunk)
  }
  return chunks
}

/** ` (did you mean \`payments\`?)` where one of these names is much like the given one; blank where none is. */
export function guess(given: string, names: readonly string[]): string {
  const distances = names.map((name) => ({ name, distance: distanceOf(given.toLowerCase(), name.toLowerCase()) }))
  const [best] = distances.sort((a, b) => a.distance - b.distance)
  const isNear = best !== undefined && best.distance <= Math.max(1, Math.floor(best.name.length / 3))
  return isNear ? ` (did you mean \`${best.name}\`?)` : ''
}

/** How many letters must be added, taken out or changed to make one word of another. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** Whether a person sits at the terminal, who can be asked: the question is read there, wherever the output goes. */
export function isInteractive({ stdin, stderr }: Terminal): boolean {
  return stdin.isTTY === true && stderr.isTTY === true
}

/** Asks a yes-or-no question. It is written to stderr, so that a pipe from stdout gets only output. Any answer but yes means no. */
export async function confirm({ stdin, stderr }: Terminal, question: string): Promise<boolean> {
  const readline = createInterface({ input: stdin, output: stderr })
  try {
    const answer = await Promise.race([
      readline.question(`${question} [y/N] `),
      new Promise<string>((resolve) => readline.once('close', () => resolve(''))),
    ])
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    readline.close()
  }
}
