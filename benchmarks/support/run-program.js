// Runs one of the programs in a process of its own and gives what it prints.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** A run that hangs must fail, not wait. */
const TIMEOUT_MS = 120_000

export async function runProgram(name, work) {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [local(`../programs/${name}.js`), JSON.stringify(work)],
    { timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
  )
  assert.equal(stderr, '', `${name}: stderr`)
  const run = JSON.parse(stdout)
  assert.deepEqual(run.warnings ?? [], [], `${name}: warnings`)
  return run
}

export function local(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}

export const target = (name) => local(`../targets/${name}.js`)
