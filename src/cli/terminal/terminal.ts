// What a command prints, and what it asks: nothing that comes from elsewhere moves the cursor or forges a line.
import { createInterface } from 'node:readline/promises'
import { withoutControls } from '../../text.js'

export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly stdout: NodeJS.WritableStream & {
    readonly isTTY?: boolean
    readonly columns?: number
    readonly rows?: number
  }
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean }
}

/** A text from a log, Redis or a receiver, on one line. */
export function printable(text: string): string {
  return withoutControls(text.replace(/\s+/g, ' '))
}

/** Columns side by side, each as wide as its widest cell; a last one is never padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('')
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
