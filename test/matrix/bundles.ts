// The package inside of what bundlers make of an application, run where nothing is installed. npm run test:matrix; it installs several bundlers.
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import {
  handlerProgram,
  inProcessOutput,
  inProcessPaths,
  inProcessProgram,
  inWorkerProgram,
  platformProgram,
  requireBanner,
} from '../fixtures/bundled-programs.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { root } from '../fixtures/root.js'

t.setTimeout(900_000)

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'logsiren-bundles-')))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const project = join(folder, 'project')
mkdirSync(project)
const redis = await startRedis(t)

writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }))
writeFileSync(join(project, 'app.mjs'), inProcessProgram)
writeFileSync(join(project, 'in-worker.mjs'), inWorkerProgram)
writeFileSync(join(project, 'handler.mjs'), handlerProgram)
const [packed] = JSON.parse(
  await succeed('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root),
)
const bundlers = [
  ...['esbuild', 'esbuild-plugin-pino', 'rolldown@1', 'webpack@5', 'webpack-cli', '@vercel/ncc', '@vercel/nft'],
  ...['rollup@4', '@rollup/plugin-node-resolve', '@rollup/plugin-commonjs', '@rollup/plugin-json', 'postject'],
]
const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--legacy-peer-deps']
await succeed('npm', ['install', ...flags, join(folder, packed.filename), 'pino', 'winston', ...bundlers])

interface Bundle {
  readonly name: string
  /** Run in the project's folder by a shell, which finds the bundlers. */
  readonly command: string
  readonly file: string
}

/** The rows of the recipe's table, as they are written. */
const [, recipe = ''] = /^## Bundlers\n(.*?)^## /ms.exec(readFileSync(`${root}RECIPES.md`, 'utf8')) ?? []
const written: readonly Bundle[] = [...recipe.matchAll(/^\| (.+?) \| `(.+)` \| `(.+?)` \|$/gm)].map(
  ([, name = '', command = '', file = '']) => ({ name, command, file }),
)
/** More that those with the same bundler do. */
const esbuild = 'esbuild app.mjs --bundle --platform=node --log-level=warning'
const more: readonly Bundle[] = [
  { name: 'esbuild, minified', command: `${esbuild} --minify --outfile=out/min.cjs`, file: 'out/min.cjs' },
  {
    name: 'esbuild, ES modules in several files',
    command: `${esbuild} --format=esm --splitting --outdir=out --out-extension:.js=.mjs "--banner:js=${requireBanner}"`,
    file: 'out/app.mjs',
  },
  {
    name: 'rolldown, CommonJS',
    command: 'rolldown app.mjs --platform node --format cjs --dir out',
    file: 'out/app.js',
  },
]
const bundles = [...written, ...more].map((bundle, i) => ({ ...bundle, place: join(folder, 'out', String(i)) }))
for (const { command, file, place } of bundles) {
  await inShell(command)
  // On the machine where it runs nothing else of the project is there.
  mkdirSync(place, { recursive: true })
  await succeed('cp', ['-r', join(project, dirname(file)), place])
  await inShell('rm -r out')
}

const formats = ['cjs', 'esm'] as const
const extensions = { cjs: '.cjs', esm: '.mjs' } as const
for (const format of formats) {
  const options = {
    entryPoints: { app: 'in-worker.mjs', handler: 'handler.mjs' },
    outdir: join(folder, 'out', format),
    outExtension: { '.js': extensions[format] },
    ...{ format, bundle: true, platform: 'node', logLevel: 'error' },
    ...(format === 'esm' && { banner: { js: requireBanner } }),
  }
  // The plugin is for a CommonJS program.
  const program = `const plugin = require('esbuild-plugin-pino')({ transports: ['logsiren/pino'] })
    require('esbuild').build({ ...${JSON.stringify(options)}, plugins: [plugin] })`
  writeFileSync(join(project, 'build.cjs'), program)
  await succeed(process.execPath, ['build.cjs'])
}
writeFileSync(join(folder, 'platform.mjs'), platformProgram)
const executable = await singleExecutable()
writeFileSync(
  join(project, 'trace.mjs'),
  `import { nodeFileTrace } from '@vercel/nft'
  const { fileList } = await nodeFileTrace(['app.mjs'])
  process.stdout.write(JSON.stringify([...fileList]))`,
)
const traced: readonly string[] = JSON.parse(await succeed(process.execPath, ['trace.mjs']))
rmSync(join(project, 'node_modules'), { recursive: true })

t.test('the recipe names the bundlers that people use', async (t) => {
  for (const name of ['esbuild', 'rolldown', 'Rollup', 'webpack', 'ncc'])
    t.ok(
      written.some((one) => one.name.startsWith(name)),
      name,
    )
})

t.test('what traces files, as Next.js does, finds those that are loaded late', async (t) => {
  for (const file of [
    'logsiren/dist/winston-worker.js',
    'thread-stream/lib/worker.js',
    'ioredis/package.json',
    'undici/index.js',
  ])
    t.ok(traced.includes(`node_modules/${file}`), file)
})

for (const { name, file, place } of bundles)
  t.test(`${name}: alerts are sent in every way`, (t) => sendsAlerts(t, process.execPath, join(place, file)))

t.test('a single executable application: alerts are sent in every way', (t) => sendsAlerts(t, executable))

for (const format of formats) {
  t.test(`esbuild-plugin-pino, ${format}: the worker is bundled too`, async (t) => {
    const receiver = await startReceiver(t)
    const file = join(folder, 'out', format, `app${extensions[format]}`)
    await succeed(process.execPath, [file, receiver.url, redis.url], '/')
    t.match(receiver.received, [{ body: { rule: 'db', count: 2 } }])
    t.equal(receiver.received.length, 1)
  })

  t.test(`a function in one file, ${format}: its alert is sent before it answers`, async (t) => {
    const receiver = await startReceiver(t)
    const file = join(folder, 'out', format, `handler${extensions[format]}`)
    const env = { HOOK: receiver.url, REDIS: redis.url }
    const { stdout, signal } = await run(process.execPath, [join(folder, 'platform.mjs'), file], '/', env)
    t.strictSame({ stdout, signal }, { stdout: '503503', signal: 'SIGKILL' })
    t.match(receiver.received, [{ body: { rule: 'db', count: 2 } }])
    t.equal(receiver.received.length, 1)
  })
}

async function sendsAlerts(t: Test, program: string, ...args: readonly string[]): Promise<void> {
  const receiver = await startReceiver(t)
  t.equal(await succeed(program, [...args, receiver.url, redis.url], '/'), inProcessOutput)
  t.strictSame(
    receiver.received.map(({ path }) => path).sort(),
    inProcessPaths.map((path) => `/hook${path}`),
  )
  t.match(
    receiver.received,
    inProcessPaths.map(() => ({ body: { rule: 'db', count: 2 } })),
  )
}

/** A Node.js with the application in it, made as its documentation says: from 25.5 on by itself, before with `postject`. */
async function singleExecutable(): Promise<string> {
  await inShell(`${esbuild} --outfile=sea.cjs`)
  const output = join(folder, 'sea')
  const [major = 0] = process.versions.node.split('.').map(Number)
  const isByItself = major >= 26
  const blob = join(folder, 'sea.blob')
  const config = { main: 'sea.cjs', output: isByItself ? output : blob, disableExperimentalSEAWarning: true }
  writeFileSync(join(project, 'sea.json'), JSON.stringify(config))
  await succeed(process.execPath, [isByItself ? '--build-sea' : '--experimental-sea-config', 'sea.json'])
  if (isByItself) return output
  copyFileSync(process.execPath, output)
  const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
  await inShell(`postject ${output} NODE_SEA_BLOB ${blob} --sentinel-fuse ${fuse}`)
  return output
}

function inShell(command: string): Promise<string> {
  return succeed('sh', ['-c', `PATH="$PWD/node_modules/.bin:$PATH"; ${command}`])
}

async function succeed(program: string, args: readonly string[], cwd = project): Promise<string> {
  const { failure, stdout, stderr } = await run(program, args, cwd)
  if (failure !== undefined) throw new Error(`${program} ${args.join(' ')}: ${failure} ${stdout} ${stderr}`)
  return stdout
}

interface Ended {
  readonly failure: string | undefined
  readonly signal: string | undefined
  readonly stdout: string
  readonly stderr: string
}

function run(program: string, args: readonly string[], cwd: string, more: object = {}): Promise<Ended> {
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: { ...env, ...more }, timeout: 300_000 }, (error, stdout, stderr) =>
      resolve({ failure: error?.message, signal: error?.signal, stdout, stderr }),
    )
  })
}
