// What a process pays for an entry point before it has used anything of it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { local } from '../support/run-program.js'

const entries = ['logsiren/pino', 'logsiren', 'logsiren/winston', 'logsiren/admin']

/** Each run is two processes, the first of which does nothing. */
export function importSuites() {
  return entries.map((entry) => ({
    title: `import of ${entry}, over a process that does nothing`,
    measures: [{ figure: 'importMs', unit: 'ms', digits: 1 }],
    rounds: 3,
    contenders: [
      {
        label: entry,
        run: async () => {
          const emptyMs = await wallMs('')
          return { importMs: (await wallMs(`import '${entry}'`)) - emptyMs }
        },
      },
    ],
  }))
}

async function wallMs(program) {
  const startMs = performance.now()
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: local('.') })
  return performance.now() - startMs
}
