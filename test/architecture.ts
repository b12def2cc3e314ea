// Holds the source to the floors of the design: imports go down only, between rooms and between the rooms of a room; packages stay in
// their rooms, pure rooms have no clock, no network and no async, and every room has its tests.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, posix } from 'node:path'
import t from 'tap'
import { root } from './fixtures/root.js'

const floors: Record<string, number> = {
  'errors.ts': 0,
  'clock.ts': 0,
  'recent.ts': 0,
  'text.ts': 0,
  'unknown.ts': 0,
  'version.ts': 0,
  'node-crypto.ts': 0,
  config: 1,
  'share.ts': 1,
  record: 2,
  rule: 3,
  alert: 4,
  store: 5,
  deliver: 5,
  evaluator: 6,
  stream: 7,
  thread: 7,
  backtest: 7,
  // What operators do, whoever asks: the HTTP endpoint and the command line stand on it.
  control: 7,
  admin: 8,
  'index.ts': 9,
  'pino.ts': 9,
  'winston.ts': 9,
  'admin.ts': 9,
  // The demo uses the transports as a user would, so it stands above their edges.
  cli: 10,
  'cli.ts': 11,
  // What runs in browsers. Of the others it knows types, which are gone when it runs.
  page: 11,
}
/** Within a room: a file may import from rooms below its own, and from files that stand in the room itself as far as they are below. */
const innerFloors: Record<string, Record<string, number>> = {
  config: {
    'options.ts': 0,
    'names.ts': 1,
    'levels.ts': 1,
    'formats.ts': 1,
    // The tables of what an option is, and what follows from them.
    'rule-members.ts': 2,
    'defaults.ts': 3,
    'engine-options.ts': 4,
    'document-members.ts': 5,
    'option-texts.ts': 5,
    checks: 6,
    'settings.ts': 7,
    'worker-options.ts': 7,
    document: 8,
    'parse-options.ts': 9,
  },
  record: {
    'severity.ts': 0,
    'log-record.ts': 0,
    'message-shape.ts': 1,
    'path-shape.ts': 2,
    'kind.ts': 2,
    'foreign-lines': 1,
    reading: 2,
    'request-dedupe.ts': 3,
    sieve: 4,
    'recent-lines.ts': 5,
  },
  cli: {
    'usage-error.ts': 0,
    'terminal.ts': 0,
    'flags.ts': 1,
    'command.ts': 2,
    // One file a command.
    'admin.ts': 3,
    backtest: 3,
    config: 3,
    'demo.ts': 3,
    status: 3,
    'test.ts': 3,
    'watch.ts': 3,
    // It lists silences as the status does.
    'silence.ts': 4,
    'program.ts': 5,
    'run.ts': 6,
  },
  evaluator: {
    'stats.ts': 0,
    'events.ts': 0,
    'keep-alive.ts': 0,
    'silences-in-force.ts': 0,
    'diagnostics.ts': 1,
    'announcer.ts': 2,
    'heartbeat.ts': 3,
    counting: 3,
    intake: 4,
    dispatch: 5,
    fallback: 6,
    'config-in-force.ts': 6,
    'lifecycle.ts': 7,
    'evaluator.ts': 8,
  },
  store: {
    'store.ts': 0,
    'script.ts': 0,
    memory: 1,
    connection: 1,
    redis: 2,
    config: 3,
    status: 4,
    'open-store.ts': 4,
  },
}
const packages: Record<string, readonly string[]> = {
  valibot: ['config', 'alert', 'store'],
  '@valibot/to-json-schema': ['config'],
  commander: ['cli', 'cli.ts'],
  // The pages' charts.
  uplot: ['page'],
  // Texts that the build makes for browsers.
  '#page': ['admin'],
  '#report': ['cli'],
  '#uplot': ['admin', 'cli'],
  // thread/files.ts, of which the build makes two.
  '#thread-files': ['thread'],
  re2js: ['config', 'rule'],
  ioredis: ['config', 'store'],
  undici: ['deliver'],
  'winston-transport': ['winston.ts'],
  pino: ['cli'],
  winston: ['cli'],
}
const pure = /^(config|record|rule|alert|deliver\/formats)\//
const impure = /\b(async|await|Promise|Date\.now|performance\.now|Math\.random|setTimeout|setInterval|process\.)/
const imports = /^\s*(?:import|export)\b[^'";]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)|^\s*import '([^']+)'/gm
const room = (file: string): string => file.split('/')[0] ?? file

const isOfPage = (file: string): boolean => file.startsWith('page/')
/** The pages may be built of their own files, and of files that need neither a package nor Node.js. */
const isForPage = (file: string): boolean =>
  isOfPage(file) ||
  /^(share|text|unknown)\.js$|^config\/(names|defaults|formats|rule-members|engine-options|document-members)\.js$/.test(
    file,
  )

const code = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map(
    (file) =>
      [
        file,
        readFileSync(`${root}src/${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*|\s\/\/ .*$/gm, ''),
      ] as const,
  )

t.test('every import goes down', (t) => {
  t.ok(code.length > 40, 'the source was found')
  for (const [file, text] of code) {
    t.ok(room(file) in floors, `${file} is in a known room`)
    for (const [, from, dynamic, bare] of text.matchAll(imports)) {
      const spec = from ?? dynamic ?? bare ?? ''
      if (spec.startsWith('node:')) continue
      if (!spec.startsWith('.')) {
        t.ok(packages[spec]?.includes(room(file)), `${file} -> ${spec}`)
        continue
      }
      const target = room(posix.join(dirname(file), spec).replace(/\.js$/, '.ts'))
      t.ok(target === room(file) || (floors[target] ?? 99) < (floors[room(file)] ?? -1), `${file} -> ${spec}`)
    }
  }
  t.end()
})

t.test('what runs in a browser is apart from everything else', (t) => {
  t.ok(
    code.some(([file]) => isOfPage(file)),
    'the pages were found',
  )
  // Of the other rooms they know types, which are gone when they run.
  const erased = /^import type [^;]*? from '[^']+'$/gm
  for (const [file, text] of code) {
    for (const [, from = ''] of (isOfPage(file) ? text.replace(erased, '') : text).matchAll(imports)) {
      if (isOfPage(file)) t.ok(from === 'uplot' || isForPage(posix.join(dirname(file), from)), `${file} -> ${from}`)
      else t.notMatch(from, /\/page\//, `${file} -> ${from}`)
    }
    // With those types come the names of what only Node.js has.
    if (isOfPage(file)) t.notMatch(text, /\b(process|Buffer|require|setImmediate|__dirname)\b[.(]/, file)
  }
  for (const [file, text] of code.filter(([file]) => !isOfPage(file) && isForPage(file.replace(/ts$/, 'js'))))
    for (const spec of targetsOf(file, text.replace(/^import type [^']*'[^']*'/gm, '')))
      t.ok(isForPage(spec.replace(/ts$/, 'js')), `${file} -> ${spec}`)
  for (const test of ['integration/page.ts', 'cli/backtest/report-page.ts'])
    t.ok(existsSync(`${root}test/${test}`), test)
  t.end()
})

t.test('store and deliver do not know each other, and pure rooms are pure', (t) => {
  for (const [file, text] of code) {
    if (room(file) === 'store') t.notMatch(text, /'\.\.\/deliver/, file)
    if (room(file) === 'deliver') t.notMatch(text, /'\.\.\/store/, file)
    if (pure.test(file)) t.notMatch(text, impure, `${file} has no clock, network or async`)
  }
  t.end()
})

t.test('within a room every import goes down, too', (t) => {
  for (const [file, text] of code) {
    const [name = '', inner = ''] = file.split('/')
    const innerFloor = innerFloors[name]
    if (innerFloor === undefined) continue
    t.ok(inner in innerFloor, `${file} is in a known room of ${name}`)
    for (const [, from, dynamic, bare] of text.matchAll(imports)) {
      const spec = from ?? dynamic ?? bare ?? ''
      if (!spec.startsWith('.')) continue
      const [targetName, target = ''] = posix.join(dirname(file), spec).replace(/\.js$/, '.ts').split('/')
      if (targetName !== name || target === inner) continue
      t.ok((innerFloor[target] ?? 99) < (innerFloor[inner] ?? -1), `${file} -> ${spec}`)
    }
  }
  t.end()
})

t.test('no file imports itself by way of others, be it only a type', (t) => {
  const targets = new Map(code.map(([file, text]) => [file, targetsOf(file, text)]))
  const free = new Set<string>()
  const circleFrom = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (free.has(file)) return undefined
    for (const target of targets.get(file) ?? []) {
      const circle = circleFrom(target, [...way, file])
      if (circle !== undefined) return circle
    }
    free.add(file)
    return undefined
  }
  for (const file of targets.keys()) t.equal(circleFrom(file, [])?.join(' -> '), undefined, file)
  t.strictSame(targets.get('config/checks/members.ts')?.includes('config/rule-members.ts'), true)
  t.end()
})

/** The files of ours that a file imports. */
function targetsOf(file: string, text: string): readonly string[] {
  return [...text.matchAll(imports)]
    .map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '')
    .filter((spec) => spec.startsWith('.'))
    .map((spec) => posix.join(dirname(file), spec).replace(/\.js$/, '.ts'))
}

t.test('no room is so full that its list of files tells nothing', (t) => {
  for (const name of new Set(code.map(([file]) => dirname(file)))) {
    const files = code.filter(([file]) => dirname(file) === name).length
    t.ok(files <= 16, `${name} has ${files} files`)
  }
  t.end()
})

t.test('every room has its tests', (t) => {
  const rooms = new Set(code.filter(([file]) => !isOfPage(file)).map(([file]) => dirname(file)))
  for (const name of rooms) {
    const tests = existsSync(`${root}test/${name}`) ? readdirSync(`${root}test/${name}`) : []
    t.ok(
      tests.some((file) => file.endsWith('.ts')),
      `test/${name}`,
    )
  }
  t.end()
})
