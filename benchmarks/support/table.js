// The report as a person reads it.

export function table({ date, node, cpu, cpuCount, sections }) {
  const rows = [
    ['', 'median', 'lowest', 'highest', 'ours is'],
    ...sections.flatMap(({ title, unit, digits, contenders }) => [
      [],
      [`${title}, ${unit}`],
      ...contenders.map(({ label, median, lowest, highest, ratio }) => [
        `  ${label}`,
        ...[median, lowest, highest].map((value) => thousands(value, digits)),
        ratio === undefined ? '' : `${ratio.toFixed(ratio < 0.1 ? 3 : 2)} of it`,
      ]),
    ]),
  ]
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...rows.filter((row) => row.length > 1).map((row) => row[column].length)),
  )
  const format = ([first = '', ...cells]) =>
    [first.padEnd(widths[0]), ...cells.map((cell, i) => cell.padStart(widths[i + 1]))].join('  ').trimEnd()
  return [`${date}, Node ${node}, ${cpu} (${cpuCount} CPUs)`, ...rows.map(format)].join('\n')
}

function thousands(value, digits) {
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
