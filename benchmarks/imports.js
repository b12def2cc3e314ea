// node benchmarks/imports.js [rounds]: what a process that imports an entry point takes longer than one that does nothing, in turns.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { inTurns, summarize } from './support/measure.js'
import { local } from './support/run-program.js'

const rounds = Number(process.argv[2] ?? 15)

const contender = (label, program) => ({
  label,
  run: async () => {
    const startMs = performance.now()
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: local('.') })
    return { wallMs: performance.now() - startMs }
  },
})
const entries = ['logsiren', 'logsiren/pino', 'logsiren/winston', 'logsiren/admin']
const contenders = [contender('nothing', ''), ...entries.map((entry) => contender(entry, `import '${entry}'`))]

const [nothing, ...medians] = (await inTurns(contenders, rounds, () => {})).map(
  (runs) => summarize(runs, 'wallMs').median,
)
console.log(`Node ${process.version}, medians of ${rounds} rounds; nothing takes ${nothing.toFixed(1)} ms`)
for (const [i, entry] of entries.entries()) console.log(`${entry.padEnd(18)}+${(medians[i] - nothing).toFixed(1)} ms`)
