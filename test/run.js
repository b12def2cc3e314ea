// Runs tests on the current source: `npm test` runs all of them, `npm test -- test/config test/cli.ts` those of these folders and files.
// What begins with a dash goes to tap. The package is built and the tests are compiled before, once for all.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { compile, sources } from './fixtures/compile.js'

/** What tests are made of, simulations, and this file. */
const noTest = /^test\/(fixtures|simulation)\/|^test\/run\.js$/
/** What installs much; it runs where it is named. */
const onDemand = /^test\/matrix\//
/** Files that take long. Each is a process of its own; of the others a whole folder is one, since a process takes longer to start than most of them to run. */
const apart = /^test\/(integration\/.+|matrix\/.+|simulation)\.ts$/

const args = process.argv.slice(2)
const flags = args.filter((arg) => arg.startsWith('-'))
const paths = args.filter((arg) => !arg.startsWith('-')).map((path) => relative('', path))
const tests = sources('test').filter((file) => !noTest.test(file) && isNamed(file))
if (tests.length === 0) {
  process.stderr.write(`Expected files or folders with tests, got ${paths.join(', ')}\n`)
  process.exit(2)
}
run(process.execPath, 'test/fixtures/ensure-programs.js')
run('npm', 'run', '--silent', 'build')
run('npx', 'tap', ...flags, ...programsIn(compile('tests')))

function isNamed(file) {
  if (paths.length === 0) return !onDemand.test(file)
  return paths.some((path) => file === path || file.startsWith(`${path}/`))
}

/** What tap starts: the tests that stand apart, and for each folder a program that imports its tests one after the other. */
function programsIn(compiledFolder) {
  const groups = new Map()
  for (const file of tests) {
    const compiled = `${compiledFolder}/${file.replace(/ts$/, 'js')}`
    const program = apart.test(file) ? compiled : `${dirname(compiled)}/all.js`
    groups.set(program, [...(groups.get(program) ?? []), compiled])
  }
  for (const [program, members] of groups) {
    if (members[0] === program) continue
    writeFileSync(program, members.map((file) => `import './${relative(dirname(program), file)}'\n`).join(''))
  }
  return groups.keys()
}

/** Ends as the program ends, where that fails. */
function run(program, ...programArgs) {
  const { status } = spawnSync(program, programArgs, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
