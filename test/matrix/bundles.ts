// The package inside of what bundlers make of an application, run where nothing is installed. npm run test:matrix; it installs several bundlers.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startReceiver } from '../fixtures/receiver.js'

t.setTimeout(600_000)

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'logsiren-bundles-')))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const project = join(folder, 'project')
mkdirSync(project)

/** An alert of a rule with a pattern by each way that needs no file of its own, then what `worker: true` says. */
const inProcess = `
  import { ConfigError, createEvaluator } from 'logsiren'
  import { LogsirenTransport } from 'logsiren/winston'
  import logsirenPino from 'logsiren/pino'
  import { once } from 'node:events'
  import { pino } from 'pino'
  import winston from 'winston'
  async function main(url) {
    const options = { url, rules: [{ name: 'db', match: { errorMessage: { regex: '^db time(d )?out$' } }, threshold: 2 }] }
    const evaluator = createEvaluator(options)
    for (let i = 0; i < 2; i += 1) evaluator.observe({ statusCode: 503, errorMessage: 'db timeout' })
    await evaluator.close()
    const transport = new LogsirenTransport(options)
    const logger = winston.createLogger({ transports: [transport] })
    const stream = await logsirenPino(options)
    const other = pino(stream)
    for (const one of [logger, other, logger, other]) one.error('db timeout')
    logger.end()
    stream.end()
    await Promise.all([once(transport, 'finish'), once(stream, 'close')])
    try {
      new LogsirenTransport({ url, worker: true })
    } catch (error) {
      process.stdout.write(String(error instanceof ConfigError && /mark .logsiren. as external/.test(error.message)))
    }
  }
  main(process.argv[2])`

/** The target is a file that esbuild-plugin-pino makes beside the application. */
const inWorker = `
  import pino from 'pino'
  const rules = [{ name: 'db', match: { msg: { regex: '^db time' } }, threshold: 2 }]
  const logger = pino(pino.transport({ target: 'logsiren/pino', options: { url: process.argv[2], rules } }))
  logger.error('db timeout')
  logger.error('db timeout')`

const withRequire = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"

writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }))
writeFileSync(join(project, 'in-process.mjs'), inProcess)
writeFileSync(join(project, 'in-worker.mjs'), inWorker)
const [packed] = JSON.parse(
  await succeed('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root),
)
const bundlers = [
  '@vercel/ncc',
  'esbuild',
  'esbuild-plugin-pino',
  'rolldown@1',
  'webpack',
  'webpack-cli',
  '@vercel/nft',
]
const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--legacy-peer-deps']
await succeed('npm', ['install', ...flags, join(folder, packed.filename), 'pino', 'winston', ...bundlers])

/** What makes `file` of the application, as the documentation of each bundler says. */
const builds: Readonly<Record<string, { readonly file: string; readonly command: readonly string[] }>> = {
  'esbuild, CommonJS': {
    file: 'esbuild.cjs',
    command: [
      'esbuild',
      'in-process.mjs',
      '--bundle',
      '--platform=node',
      '--format=cjs',
      '--outfile=../out/esbuild.cjs',
    ],
  },
  'esbuild, ES module': {
    file: 'esbuild.mjs',
    command: [
      ...['esbuild', 'in-process.mjs', '--bundle', '--platform=node', '--format=esm', '--outfile=../out/esbuild.mjs'],
      `--banner:js=${withRequire}`,
    ],
  },
  'rolldown, CommonJS': {
    file: 'rolldown/in-process.js',
    command: ['rolldown', 'in-process.mjs', '--platform', 'node', '--format', 'cjs', '--dir', '../out/rolldown'],
  },
  webpack: {
    file: 'webpack/main.js',
    command: [
      'webpack',
      '--mode',
      'production',
      '--target',
      'node',
      '--entry',
      './in-process.mjs',
      '-o',
      '../out/webpack',
    ],
  },
  ncc: { file: 'ncc/index.mjs', command: ['ncc', 'build', 'in-process.mjs', '-q', '-o', '../out/ncc'] },
}

const formats = ['cjs', 'esm']
const extensionOf = (format: string): string => (format === 'cjs' ? '.cjs' : '.mjs')

for (const { command } of Object.values(builds)) await succeed('npx', ['--no-install', ...command])
for (const format of formats) {
  const options = {
    entryPoints: { app: 'in-worker.mjs' },
    outdir: join(folder, 'out', format),
    outExtension: { '.js': extensionOf(format) },
    ...{ format, bundle: true, platform: 'node', logLevel: 'error' },
    ...(format === 'esm' && { banner: { js: withRequire } }),
  }
  // The plugin is for a CommonJS program.
  const program = `const plugin = require('esbuild-plugin-pino')({ transports: ['logsiren/pino'] })
    require('esbuild').build({ ...${JSON.stringify(options)}, plugins: [plugin] })`
  writeFileSync(join(project, 'build.cjs'), program)
  await succeed(process.execPath, ['build.cjs'])
}
writeFileSync(
  join(project, 'trace.mjs'),
  `import { nodeFileTrace } from '@vercel/nft'
  const { fileList } = await nodeFileTrace(['in-process.mjs'])
  process.stdout.write(JSON.stringify([...fileList]))`,
)
const traced: readonly string[] = JSON.parse(await succeed(process.execPath, ['trace.mjs']))
// On the machine where a bundle runs nothing of this is there.
rmSync(join(project, 'node_modules'), { recursive: true })

t.test('what traces files, as Next.js does, finds those that are loaded late', async (t) => {
  for (const file of [
    'logsiren/dist/winston-worker.js',
    'thread-stream/lib/worker.js',
    'ioredis/package.json',
    'undici/index.js',
  ])
    t.ok(traced.includes(`node_modules/${file}`), file)
})

for (const [name, { file }] of Object.entries(builds)) {
  t.test(`${name}: alerts are sent, and \`worker: true\` says what to do`, async (t) => {
    const receiver = await startReceiver(t)
    const told = await succeed(process.execPath, [join(folder, 'out', file), receiver.url], '/')
    t.match(receiver.received, Array(3).fill({ body: { rule: 'db', count: 2 } }))
    t.equal(receiver.received.length, 3)
    t.equal(told, 'true')
  })
}

for (const format of formats) {
  t.test(`esbuild-plugin-pino, ${format}: the worker is bundled too`, async (t) => {
    const receiver = await startReceiver(t)
    await succeed(process.execPath, [join(folder, 'out', format, `app${extensionOf(format)}`), receiver.url], '/')
    t.match(receiver.received, [{ body: { rule: 'db', count: 2 } }])
  })
}

function succeed(program: string, args: readonly string[], cwd = project): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, timeout: 300_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${program} ${args.join(' ')}: ${error.message} ${stdout} ${stderr}`))
    })
  })
}
