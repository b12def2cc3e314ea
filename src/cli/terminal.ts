// What a command prints on, the tables it prints, and what it asks. Text from elsewhere goes through `oneLine` first.
import { createInterface } from 'node:readline/promises'

export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean
    readonly columns?: number
    readonly rows?: number
  }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** Lines of cells below each other, nothing at their ends: names to the left; figures to the right, but for the first column. */
export function table(rows: readonly (readonly string[])[], cells: 'names' | 'figures' = 'names'): string {
  const widths = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  const pad = (cell: string, column: number): string =>
    cells === 'names' || column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('')
}

/** Whether somebody sits there who can be asked. */
export function isInteractive({ stdin, stdout }: Terminal): boolean {
  return stdin.isTTY === true && stdout.isTTY === true
}

/** Asks on stderr, so that what is piped on stays clean; anything but a yes is a no. */
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
