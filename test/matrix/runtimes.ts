// The package in the tests of an application, under each runner, and under Bun. npm run test:matrix; it installs them.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { blockWith } from '../fixtures/readme/blocks.js'
import { allBlocks } from '../fixtures/readme/pages.js'
import { startReceiver } from '../fixtures/receiver.js'
import { root } from '../fixtures/root.js'

t.setTimeout(600_000)

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'logsiren-runtimes-')))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const project = join(folder, 'project')
for (const name of ['jest', 'typescript', 'vitest', 'node']) mkdirSync(join(project, name), { recursive: true })

const imports = `
  import { ConfigError, createEvaluator } from 'logsiren'
  import { createAdminHandler } from 'logsiren/admin'
  import logsirenPino from 'logsiren/pino'
  import { LogsirenTransport } from 'logsiren/winston'
  import { pino } from 'pino'
  import winston from 'winston'`
const requires = `
  const { ConfigError, createEvaluator } = require('logsiren')
  const { createAdminHandler } = require('logsiren/admin')
  const logsirenPino = require('logsiren/pino').default
  const { LogsirenTransport } = require('logsiren/winston')
  const { pino } = require('pino')
  const winston = require('winston')`

/** Six tests: each entry point, each transport in-process and in a thread, and one that is quiet as the recipe says. */
const tests = `
  const url = process.env.HOOK
  const rules = [{ name: 'r', threshold: 1, match: { errorMessage: { regex: 'bo+m' } } }]
  const check = (isSo) => {
    if (!isSo) throw new Error('not so')
  }
  for (const worker of [false, true])
    test('winston, worker: ' + worker, async () => {
      const siren = new LogsirenTransport({ url, rules, worker })
      const logger = winston.createLogger({ transports: [siren] })
      logger.error('boom')
      await siren.flush()
      check(siren.stats().delivered === 1)
      logger.end()
    })
  test('pino in-process', async () => {
    const stream = await logsirenPino({ url, rules })
    pino(stream).error('boom')
    await stream.flush()
    check(stream.stats().delivered === 1)
    stream.end()
  })
  test('pino in a worker', async () => {
    const logger = pino(pino.transport({ target: 'logsiren/pino', options: { url, rules } }))
    logger.error('boom')
    await new Promise((resolve) => logger.flush(resolve))
  })
  test('library and admin endpoint', async () => {
    let thrown
    try {
      createEvaluator({ threshold: 0 })
    } catch (error) {
      thrown = error
    }
    check(thrown instanceof ConfigError)
    const evaluator = createEvaluator({ url, rules })
    evaluator.observe({ statusCode: 503, errorMessage: 'boom' })
    await evaluator.close()
    check(evaluator.stats().delivered === 1)
    const admin = createAdminHandler({ redis: 'redis://127.0.0.1:1', token: 'tok' })
    check((await admin.fetch(new Request('http://localhost/admin/logs/webhook/'))).status === 200)
    await admin.close()
  })
  test('quiet', async () => {
    const siren = new LogsirenTransport(process.env.NODE_ENV === 'test' ? {} : { url, rules })
    winston.createLogger({ transports: [siren] }).error('boom')
    await siren.flush()
    check(siren.stats().alerts === 0)
  })`

const configuration = blockWith(allBlocks(), 'In tests', 'transformIgnorePatterns').text
const compilerOptions = { module: 'nodenext', target: 'es2022', types: ['node', 'jest'], isolatedModules: true }
const files: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ private: true }),
  'jest/all.test.js': requires + tests,
  'jest/jest.config.js': configuration.replace("'\\\\.ts$': 'ts-jest'", ''),
  'jest/plain.config.js': 'module.exports = {}',
  'jest/swc.config.js': `${configuration.replace("'ts-jest'", "'@swc/jest'").replace('ts$', 'none$')}`,
  'typescript/all.test.ts': `// @ts-nocheck\n${imports}${tests}`,
  'typescript/jest.config.js': configuration,
  'typescript/tsconfig.json': JSON.stringify({ compilerOptions }),
  'vitest/all.test.mjs': `import { test } from 'vitest'${imports}${tests}`,
  'node/all.test.mjs': `import { test } from 'node:test'${imports}${tests}`,
  'bun.mjs': `${imports}
    const openings = [
      () => createEvaluator({}),
      () => new LogsirenTransport({}),
      () => new LogsirenTransport({ worker: true }),
      () => logsirenPino({}),
    ]
    for (const open of openings) {
      try {
        await open()
        console.log('opened')
      } catch (error) {
        console.log(error.code, /^logsiren: Expected the runtime to be Node\\.js, got Bun: /.test(error.message))
      }
    }
    const stream = pino.transport({ target: 'logsiren/pino', options: {} })
    stream.on('error', ({ message }) => console.log('worker', message.includes('got Bun')))
    const admin = createAdminHandler({ redis: 'redis://127.0.0.1:1', token: 'tok' })
    console.log((await admin.fetch(new Request('http://localhost/admin/logs/webhook/'))).status)
    await admin.close()`,
}
for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text)

const [packed] = JSON.parse(
  (await succeed('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], { cwd: root })).stdout,
)
const packages = ['jest', 'babel-jest', '@babel/core', '@babel/preset-env', 'ts-jest', 'typescript@5', 'vitest', 'bun']
const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--legacy-peer-deps']
// The script of `bun` puts its program in place.
const installed = [
  join(folder, packed.filename),
  'pino',
  'winston',
  '@types/node',
  '@types/jest',
  '@swc/jest',
  '@swc/core',
]
await succeed('npm', ['install', ...flags, ...installed, ...packages])

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const jest = (name: string, config = 'jest.config.js'): readonly string[] => [
  ...['node_modules/jest/bin/jest.js', '--rootDir', name, '-c', `${name}/${config}`],
]
const vitest = (pool: string): readonly string[] => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--root',
  'vitest',
  '--pool',
  pool,
]
const withModules = { NODE_OPTIONS: '--experimental-vm-modules' }

const runners: readonly (readonly [name: string, args: readonly string[], env?: Record<string, string>])[] = [
  ['Jest, with the configuration of the recipe', jest('jest')],
  ['Jest and ts-jest, with the configuration of the recipe', jest('typescript')],
  ['Jest and @swc/jest, with the configuration of the recipe', jest('jest', 'swc.config.js')],
  ...(major > 24 || (major === 24 && minor >= 9)
    ? [['Jest, with modules of its own', jest('jest', 'plain.config.js'), withModules] as const]
    : []),
  ...['forks', 'threads', 'vmThreads', 'vmForks'].map((pool) => [`Vitest, ${pool}`, vitest(pool)] as const),
  ['node:test', ['--test', 'node/all.test.mjs'], { NODE_ENV: 'test' }],
]

for (const [name, args, env = {}] of runners) {
  t.test(`${name}: every entry point works, and a quiet transport calls nobody`, async (t) => {
    const receiver = await startReceiver(t)
    const { stdout, stderr } = await succeed(process.execPath, args, { env: { HOOK: receiver.url, ...env } })
    t.equal(receiver.received.length, 5, stdout + stderr)
    t.notMatch(stdout + stderr, /torn down|did not exit/)
  })
}

t.test('Bun is refused in one sentence by whatever would send, and not by what only answers', async (t) => {
  const { stdout } = await succeed(join(project, 'node_modules/.bin/bun'), ['bun.mjs'])
  const expected = [...Array(4).fill('ERR_LOGSIREN_CONFIG true'), '200', 'worker true']
  t.strictSame(stdout.trim().split('\n').sort(), expected.sort())
})

interface Place {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

function succeed(
  program: string,
  args: readonly string[],
  place: Place = {},
): Promise<{ stdout: string; stderr: string }> {
  const { NODE_OPTIONS: _, NODE_ENV: __, NODE_TEST_CONTEXT: ___, ...clean } = process.env
  const options = { cwd: place.cwd ?? project, env: { ...clean, ...place.env }, timeout: 300_000 }
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr })
      else reject(new Error(`${program} ${args.join(' ')}: ${error.message} ${stdout} ${stderr}`))
    })
  })
}
