// Runs contenders in turns and compares their medians.

/**
 * Each contender's `run` resolves with an object of figures. Every round begins with another contender, so that a machine
 * that slows down or warms up does so for all. Gives a list of runs for each.
 */
export async function inTurns(contenders, rounds, onRun) {
  const runs = contenders.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (let k = 0; k < contenders.length; k += 1) {
      const i = (round + k) % contenders.length
      runs[i].push(await contenders[i].run())
      onRun()
    }
  }
  return runs
}

export function summarize(runs, figure) {
  const values = runs.map((run) => run[figure])
  return { median: median(values), lowest: Math.min(...values), highest: Math.max(...values) }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}
