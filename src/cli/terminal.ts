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

/** A table in columns, without blanks at the ends of its lines. Names are aligned left; figures right, except for the first column. */
export function table(rows: readonly (readonly string[])[], cells: 'names' | 'figures' = 'names'): string {
  const widths = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const pad = (cell: string, column: number): string =>
    cells === 'names' || column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('')
}

/** Lines of at most so many columns: the first behind this mark, the others indented as far. A word that is longer is cut. */
export function wrapped(text: string, columns: number, mark: string = ''): string[] {
  const width = Math.max(MIN_WRAPPED, columns - mark.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > width) lines.push(line)
    line = line === '' || longer.length <= width ? longer : word
    for (; line.length > width; line = line.slice(width)) lines.push(line.slice(0, width))
  }
  return [...lines, line].map((one, i) => (i === 0 ? mark : ' '.repeat(mark.length)) + one)
}

/** Text is not made narrower than this. */
const MIN_WRAPPED = 20

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
