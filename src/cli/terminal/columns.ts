/** Rows of cells as lines: the first column to the left, the others to the right, each as wide as its widest cell. */
export function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  const widths = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, i) => widthOf(i))
  const pad = (cell: string, i: number): string =>
    i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
  return rows.map((row) => row.map(pad).join('   ').trimEnd())
}
