// The package as users get it: packed, installed into empty projects, reached through everything that it exports.
import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { inProcessOutput, inProcessPaths, inProcessProgram, requireBanner } from '../fixtures/bundled-programs.js'
import { hostFetchProgram, importProgram, requireProgram } from '../fixtures/harm-programs.js'
import {
  adminProgram,
  asCommonJs,
  asModule,
  asTypeScript,
  errorsProgram,
  inProcessPrograms,
  programs,
  typesProgram,
} from '../fixtures/programs.js'
import { startReceiver } from '../fixtures/receiver.js'
import { startRedis } from '../fixtures/redis.js'
import { root } from '../fixtures/root.js'
import { keepLoggers } from '../fixtures/run.js'

t.setTimeout(300_000)

const RUN_TIMEOUT_MS = 120_000

interface Ended {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

const ours = readPackage(root)
// Outside this package, whose own modules would be found from within.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'logsiren-package-')))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const receiver = await startReceiver(t)

const loggers = ['pino', 'winston']
const { tarball, paths, unpackedSize } = await pack()
const [modules, commonJs, typeScript, alone] = await Promise.all([
  install('esm', { type: 'module' }, loggers),
  install('cjs', { type: 'commonjs' }, loggers),
  install('typescript', { type: 'module' }, [...loggers, '@types/node']),
  install('alone', { type: 'module' }, []),
])

t.test('the tarball holds the build and what describes it', async (t) => {
  t.strictSame(
    paths.filter((path) => !/^(dist\/.+|package\.json|README\.md|RECIPES\.md|LICENSE)$/.test(path)),
    [],
  )
})

t.test('it is small, alone and with all that is installed for it', async (t) => {
  t.ok(unpackedSize <= 1_000_000, `${unpackedSize} bytes unpacked`)
  const { packages } = JSON.parse(readFileSync(join(alone, 'package-lock.json'), 'utf8')) as { packages: object }
  const installed = Object.keys(packages).filter((name) => name !== '')
  t.ok(installed.length <= 27, `${installed.length} packages`)
  const files = readdirSync(join(alone, 'node_modules'), { recursive: true, withFileTypes: true, encoding: 'utf8' })
  const sizes = files.filter((file) => file.isFile()).map((file) => statSync(join(file.parentPath, file.name)).size)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  t.ok(bytes <= 8_000_000, `${bytes} bytes installed`)
})

t.test('what is built in goes along with its licence, and no file leads to what is not there', async (t) => {
  const dist = join(modules, 'node_modules/logsiren/dist')
  const licences = readFileSync(join(dist, 'LICENSES.txt'), 'utf8')
  for (const name of ['@valibot/to-json-schema', 'commander', 're2js', 'uplot', 'valibot'])
    t.match(licences, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+\n\n.*\n\n?Copyright`, 'ms'), name)
  t.match(licences.match(/Permission is hereby granted/g)?.length, 5)
  for (const file of readdirSync(dist)) {
    const text = readFileSync(join(dist, file), 'utf8')
    t.notMatch(text, /sourceMappingURL/, file)
    for (const [, specifier = ''] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
      const target = file.endsWith('.d.ts') ? specifier.replace(/\.js$/, '.d.ts') : specifier
      t.ok(existsSync(join(dist, target)), `${file} -> ${specifier}`)
    }
  }
})

t.test('everything that package.json exports has a program here', async (t) => {
  const used = new Set([...Object.values(programs), adminProgram].map(({ entry }) => entry))
  t.strictSame([...used, './package.json'].sort(), Object.keys(ours.exports).sort())
  t.equal(createRequire(join(commonJs, 'x.js'))('logsiren/package.json').version, ours.version)
})

t.test('an ES module sends an alert', async (t) => {
  for (const [name, program] of Object.entries(programs)) {
    const file = write(modules, `${fileName(name)}.js`, asModule(program))
    t.test(`by ${name}`, (t) => sendsAnAlert(t, file))
  }
})

t.test('a CommonJS module sends an alert', async (t) => {
  for (const [name, program] of Object.entries(programs)) {
    const file = write(commonJs, `${fileName(name)}.js`, asCommonJs(program))
    t.test(`by ${name}`, (t) => sendsAnAlert(t, file))
  }
})

t.test('the admin endpoint answers, its page included, from ES modules and from CommonJS', async (t) => {
  const files = [
    write(modules, 'admin.js', asModule(adminProgram)),
    write(commonJs, 'admin.js', asCommonJs(adminProgram)),
  ]
  for (const file of files)
    t.strictSame(await run([file]), { code: 0, stdout: '401 200 200 200 404', stderr: '' }, file)
})

t.test('every entry point throws the same class, from ES modules and from CommonJS', async (t) => {
  for (const [folder, program] of [
    [modules, asModule(errorsProgram)],
    [commonJs, asCommonJs(errorsProgram)],
  ] as const) {
    const file = write(folder, 'errors.js', program)
    t.strictSame(await run([file]), { code: 0, stdout: 'true true true true true', stderr: '' }, file)
  }
})

t.test('`require` gives the pino transport itself, and its `default` for compiled code', async (t) => {
  const logsirenPino = createRequire(join(commonJs, 'x.js'))('logsiren/pino')
  t.type(logsirenPino, 'function')
  t.equal(logsirenPino.default, logsirenPino)
})

t.test('strict TypeScript compiles, declarations of packages included, and sends an alert', async (t) => {
  for (const [name, program] of Object.entries(programs)) {
    for (const extension of ['mts', 'cts']) {
      write(typeScript, `${fileName(name)}.${extension}`, asTypeScript(program))
    }
  }
  write(typeScript, 'types.mts', typesProgram)
  write(typeScript, 'types.cts', typesProgram)
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2022', types: ['node'], strict: true, skipLibCheck: false },
    ...{ exactOptionalPropertyTypes: true, rootDir: '.', outDir: 'out' },
  }
  write(typeScript, 'tsconfig.json', JSON.stringify({ compilerOptions }))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  t.strictSame(await run([compiler, '-p', typeScript]), { code: 0, stdout: '', stderr: '' })

  for (const name of Object.keys(programs)) {
    for (const extension of ['mjs', 'cjs']) {
      const file = join(typeScript, 'out', `${fileName(name)}.${extension}`)
      t.test(`by ${name}, as ${extension}`, (t) => sendsAnAlert(t, file))
    }
  }
})

t.test('the command tells its version', async (t) => {
  const result = await run([join(modules, 'node_modules/.bin/logsiren'), '--version'])
  t.strictSame(result, { code: 0, stdout: `${ours.version}\n`, stderr: '' })
})

t.test('loading an entry point starts nothing and changes no global', async (t) => {
  const importing = write(modules, 'loads.js', importProgram)
  const requiring = write(commonJs, 'loads.js', requireProgram)
  for (const entry of specifiers()) {
    for (const file of [importing, requiring]) {
      t.strictSame(await run([file, entry]), { code: 0, stdout: '', stderr: '' }, `${entry} from ${file}`)
    }
  }
})

t.test("after an alert from its own process the application's fetch still runs on Node's own dispatcher", async (t) => {
  for (const [name, program] of Object.entries(inProcessPrograms)) {
    const file = write(modules, `fetches-${fileName(name)}.js`, hostFetchProgram(asModule(program)))
    t.strictSame(await run([file, receiver.url]), { code: 0, stdout: '', stderr: '' }, name)
  }
})

t.test('bundled into one file by esbuild, where nothing is installed, it sends alerts', async (t) => {
  const { url } = await startRedis(t)
  write(modules, 'bundled.js', inProcessProgram)
  for (const [format, ...more] of [['cjs'], ['esm', `--banner:js=${requireBanner}`]] as const) {
    const bundle = await bundled('bundled.js', `bundled.${format === 'cjs' ? 'cjs' : 'mjs'}`, format, ...more)
    const hook = `${receiver.origin}/${format}`
    t.strictSame(await run([bundle, hook, url]), { code: 0, stdout: inProcessOutput, stderr: '' })
    const paths = receiver.received.map(({ path }) => path).filter((path) => path.startsWith(`/${format}/`))
    t.strictSame(
      paths.sort(),
      inProcessPaths.map((path) => `/${format}${path}`),
    )
  }
})

t.test('bundled so that undici cannot be loaded, it says why no alert is sent', async (t) => {
  const program = `import { createEvaluator } from 'logsiren'
    const evaluator = createEvaluator({ url: 'http://127.0.0.1:1', threshold: 1 })
    evaluator.on('warning', ({ message }) => process.stdout.write(message))
    evaluator.observe({ statusCode: 503 })
    evaluator.close()`
  write(modules, 'broken.js', program)
  const result = await run([await bundled('broken.js', 'broken.mjs', 'esm')])
  t.match(result, {
    code: 0,
    stdout: /127\.0\.0\.1:1 \(notLoaded: Dynamic require of \S+ is not supported\)/,
    stderr: '',
  })
})

/** What esbuild makes of a file of the project with ES modules, in a folder beside it. */
async function bundled(file: string, name: string, format: string, ...more: readonly string[]): Promise<string> {
  const outfile = join(folder, 'bundled', name)
  const flags = ['--bundle', '--platform=node', `--format=${format}`, `--outfile=${outfile}`, '--log-level=warning']
  const esbuild = join(root, 'node_modules/.bin/esbuild')
  t.strictSame(await execute(esbuild, [file, ...flags, ...more], modules), { code: 0, stdout: '', stderr: '' })
  return outfile
}

/** One alert, nothing printed, and the process ends by itself. */
async function sendsAnAlert(t: Test, file: string): Promise<void> {
  const path = `/hook/${file.slice(folder.length + 1)}`
  t.strictSame(await run([file, receiver.origin + path]), { code: 0, stdout: '', stderr: '' })
  const alerts = receiver.received.filter((request) => request.path === path)
  t.equal(alerts.length, 1)
  t.match(alerts[0]?.body, { type: 'log_error_threshold', count: 2, sample: { error_message: 'db timeout' } })
  t.equal(alerts[0]?.headers['user-agent'], `logsiren/${ours.version}`)
}

async function pack(): Promise<{ tarball: string; paths: string[]; unpackedSize: number }> {
  // Without scripts, since `prepack` would build anew beneath tests that use the build.
  const { stdout } = await npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder)
  const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[]; unpackedSize: number }[]
  if (packed === undefined) throw new Error(`npm packed nothing: ${stdout}`)
  const { filename, files, unpackedSize } = packed
  return { tarball: join(folder, filename), paths: files.map(({ path }) => path), unpackedSize }
}

/** An empty project with the tarball and these packages in it, in the versions that we are developed with. */
async function install(name: string, members: object, dependencies: readonly string[]): Promise<string> {
  const project = join(folder, name)
  mkdirSync(project)
  write(project, 'package.json', JSON.stringify({ private: true, ...members }))
  const packages = dependencies.map(
    (dependency) => `${dependency}@${readPackage(join(root, 'node_modules', dependency)).version}`,
  )
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']
  await npm(project, 'install', ...flags, tarball, ...packages)
  return project
}

async function npm(cwd: string, ...args: string[]): Promise<{ stdout: string }> {
  const { code, stdout, stderr } = await execute('npm', args, cwd)
  if (code !== 0) throw new Error(`npm ${args[0]} ended with ${code}: ${stderr}`)
  return { stdout }
}

/** Run as strictly as Node can: a rejection that nobody handles ends it. */
function run(args: readonly string[]): Promise<Ended> {
  return execute(process.execPath, [...keepLoggers, '--unhandled-rejections=strict', ...args])
}

function execute(program: string, args: readonly string[], cwd = folder): Promise<Ended> {
  // tap puts its hooks for coverage into NODE_OPTIONS, also where the environment that is given here has none.
  const withoutHooks = ['-u', 'NODE_OPTIONS', program, ...args]
  const options = { cwd, env: ownEnvironment(), timeout: RUN_TIMEOUT_MS, killSignal: 'SIGKILL' } as const
  return new Promise((resolve) => {
    execFile('env', withoutHooks, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr })
    })
  })
}

/** Without what npm tells its children of the package that they are run for. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(INIT_CWD|npm_(package|lifecycle)_.*|npm_config_local_prefix)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}

function specifiers(): string[] {
  const entries = Object.keys(ours.exports).filter((entry) => entry !== './package.json')
  return entries.map((entry) => entry.replace(/^\./, ours.name))
}

function readPackage(path: string): { name: string; version: string; exports: Record<string, unknown> } {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
}

function write(project: string, name: string, text: string): string {
  const file = join(project, name)
  writeFileSync(file, text)
  return file
}

function fileName(name: string): string {
  return name.replaceAll(' ', '-')
}
