// `npm run build`. tsc compiles each file of `src` into `.build`, which tests and benchmarks may import. From there `dist` is made, which is all
// that the package ships: a few files for each entry, their declarations, the pages for browsers as texts, and the licences of built-in packages.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'rolldown'
import { esmExternalRequirePlugin } from 'rolldown/plugins'
import { minifySync } from 'rolldown/utils'
import { dts } from 'rolldown-plugin-dts'

const root = fileURLToPath(new URL('.', import.meta.url))
const [compiled, dist] = [join(root, '.build'), join(root, 'dist')]
const read = (...path) => readFileSync(join(root, ...path), 'utf8')

/** The files of `dist` that have fixed names, with the modules that they come from. */
const entries = {
  index: 'index',
  // esbuild-plugin-pino takes any file for pino's own whose name ends as that does.
  'pino-transport': 'pino',
  winston: 'winston',
  admin: 'admin',
  cli: 'cli',
  'winston-worker': 'thread/worker',
  'thread-files': 'thread/files',
}
const typed = ['index', 'pino-transport', 'winston', 'admin']

const { dependencies, peerDependencies } = JSON.parse(read('package.json'))
const installed = Object.keys({ ...dependencies, ...peerDependencies })
/** Whether a module is not built in: packages that are installed with this one, and the modules of texts that are made below. */
const external = (id) => id.startsWith('#') || installed.includes(id)

/** The names of packages that are built in, in whole or in part. */
const builtIn = new Set()

for (const folder of [compiled, dist]) rmSync(folder, { recursive: true, force: true })
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', root, '--isolatedDeclarations'], {
  stdio: 'inherit',
})
mkdirSync(dist)
await Promise.all([buildCode(), buildTypes(), buildPages()])
chmodSync(join(dist, 'cli.js'), 0o755)
writeLicences()

async function buildCode() {
  const inputs = Object.entries(entries).map(([name, from]) => [name, join(compiled, `${from}.js`)])
  await build({
    input: Object.fromEntries(inputs),
    platform: 'node',
    external,
    // What packages that are CommonJS require of Node.js is imported: no module then has to know where it is.
    plugins: [esmExternalRequirePlugin({ external: [/^node:/] }), lateEngine(), minified()],
    output: {
      dir: dist,
      format: 'esm',
      comments: { legal: false, annotation: true, jsdoc: false },
      minify: false,
      minifyInternalExports: false,
      chunkFileNames: ({ facadeModuleId, name }) => (isOfCommands(facadeModuleId) ? `cli-${name}.js` : `${name}.js`),
      codeSplitting: { groups: sharedFiles() },
    },
  })
  await build({
    input: { 'thread-files': join(compiled, 'thread/files.js') },
    platform: 'node',
    external,
    plugins: [minified()],
    output: { dir: dist, format: 'cjs', entryFileNames: '[name].cjs', minify: false },
  })
}

/**
 * The files that entries share: few, since each file takes time at the start. They are the part that pino's worker needs at once, the evaluator,
 * and the operators' tools.
 */
function sharedFiles() {
  const group = (name, part, priority) => ({ name, test: (id) => id === join(compiled, `${part}.js`), priority })
  const atOnce = (graph) => graph.getModuleInfo(join(compiled, 'pino.js')).importedIds
  return [
    {
      name: (id, graph) => (atOnce(graph).includes(id) || id.includes('rolldown/runtime') ? 'lines' : null),
      debugName: 'lines',
      priority: 4,
    },
    // With what an intake has of the evaluator.
    group('evaluator', 'stream/text-intake', 3),
    group('address-guard', 'deliver/address-guard', 3),
    group('control', 'control/control', 1),
  ]
}

function isOfCommands(id) {
  return id?.startsWith(join(compiled, 'cli')) === true
}

/** RE2JS is larger than all other code of the line path, and few rules have a pattern, so it is loaded when the first pattern is compiled. */
function lateEngine() {
  const late = '\0late-engine'
  return {
    name: 'late-engine',
    resolveId: (id, _importer, { kind }) => (id === 're2js' && kind === 'import-statement' ? late : null),
    load: (id) =>
      id === late
        ? `export const RE2JS = { compile: (text) => require('re2js').RE2JS.compile(text) }
           export function RE2Set(...given) { return new (require('re2js').RE2Set)(...given) }`
        : null,
  }
}

/**
 * Minifies built-in packages whole, and of our own code the white space, the names of variables and what is never run. So a stack trace has the
 * names of functions; its line numbers are those of modules, each of which is one line below its name.
 */
function minified() {
  return {
    name: 'minified',
    transform: {
      filter: { id: /node_modules/ },
      handler: (code, id) => {
        builtIn.add(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id.replaceAll('\\', '/'))?.[1])
        return minifySync(id, code, { codegen: { removeWhitespace: true, legalComments: 'none' } }).code
      },
    },
    renderChunk: (code, { fileName }) => {
      const [head = '', ...modules] = code.split(/^(?=\/\/ (?:\.build|node_modules)\/)/m)
      const lines = modules.map((module) => {
        const end = module.indexOf('\n')
        const name = module.slice(0, end).replace('.build/', '')
        const dense = denseOf(fileName, module.slice(end))
        return `${name}\n${hasLua(name) ? withoutLuaComments(dense) : dense}\n`
      })
      return head + lines.join('')
    },
  }
}

/** Whether a module of ours is a script for Redis. */
function hasLua(name) {
  return /^\/\/ store\/.*(?:\/lua\/|-scripts\.js)/.test(name)
}

/** Scripts in Lua are texts, in which a comment has lines of its own. */
function withoutLuaComments(code) {
  return code.replace(/\n *--[^\n]*(?=\n)/g, '')
}

function denseOf(name, code) {
  // What this comment says to bundlers would be lost.
  if (code.includes('webpackIgnore')) return code.trim()
  const { code: dense, errors } = minifySync(name, code, {
    compress: { keepNames: { function: true, class: true } },
    mangle: { toplevel: false, keepNames: { function: true, class: true } },
    codegen: { removeWhitespace: true },
  })
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`)
  return dense.trim()
}

async function buildTypes() {
  await build({
    input: Object.fromEntries(typed.map((name) => [name, join(compiled, `${entries[name]}.d.ts`)])),
    external: /^[^./]/,
    plugins: [dts({ dtsInput: true, tsconfig: false })],
    output: { dir: dist, format: 'esm', chunkFileNames: '[name].d.ts' },
  })
}

/** The modules `#page`, `#report` and `#uplot`, which src/built-texts.d.ts declares. */
async function buildPages() {
  builtIn.add('uplot')
  writeTexts('uplot', { script: read('node_modules/uplot/dist/uPlot.iife.min.js').trim() })
  writeTexts('page', {
    html: read('src/page/status/index.html'),
    style: pageStyle('status/page.css'),
    script: await pageScript('status/page.ts'),
  })
  writeTexts('report', { style: pageStyle('report/report.css'), script: await pageScript('report/report.ts') })
}

function pageStyle(file) {
  const texts = ['node_modules/uplot/dist/uPlot.min.css', 'src/page/base.css', `src/page/${file}`].map((path) =>
    read(path),
  )
  return texts
    .join('')
    .replaceAll(/\/\*[\s\S]*?\*\/|\s+/g, ' ')
    .trim()
}

/** One script for a browser. uPlot is no part of it: a page has it in a script of its own. */
async function pageScript(file) {
  const { output } = await build({
    input: join(root, 'src/page', file),
    platform: 'browser',
    write: false,
    external: 'uplot',
    output: { format: 'iife', globals: { uplot: 'uPlot' }, minify: true, comments: false },
  })
  return output[0].code
}

/** Texts for browsers are a seventh of the code, and few processes need them: so they are packed, and a module unpacks its own when it is loaded. */
function writeTexts(name, texts) {
  const packed = (text) => brotliCompressSync(text).toString('base64')
  const lines = Object.entries(texts).map(([part, text]) => `export const ${part} = unpacked('${packed(text)}')\n`)
  const head = `import { brotliDecompressSync } from 'node:zlib'
const unpacked = (packed) => brotliDecompressSync(Buffer.from(packed, 'base64')).toString()
`
  writeFileSync(join(dist, `${name}.js`), head + lines.join(''))
}

/** Writes the licences of built-in packages: each demands that its text goes along with the code. */
function writeLicences() {
  const texts = [...builtIn].sort().map((name) => {
    const { version } = JSON.parse(read('node_modules', name, 'package.json'))
    const file = ['LICENSE', 'LICENSE.md'].find((one) => existsSync(join(root, 'node_modules', name, one)))
    if (file === undefined) throw new Error(`${name} has no licence to go along with what is built in of it`)
    return `${name} ${version}\n\n${read('node_modules', name, file).trim()}\n`
  })
  writeFileSync(
    join(dist, 'LICENSES.txt'),
    `Parts of these packages are built in.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`,
  )
}
