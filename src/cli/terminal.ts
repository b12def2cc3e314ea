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

/** Whether a person sits at the terminal, who can be asked. */
export function isInteractive({ stdin, stdout }: Terminal): boolean {
  return stdin.isTTY === true && stdout.isTTY === true
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
