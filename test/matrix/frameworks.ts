// The recipes for frameworks that are too large for `npm test`, built and run as their documentation says. npm run test:matrix; it installs all of them.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Redis } from 'ioredis'
import t, { type Test } from 'tap'
import { adapted, blockWith } from '../fixtures/readme/blocks.js'
import { withTargets } from '../fixtures/readme/frameworks.js'
import { allBlocks } from '../fixtures/readme/pages.js'
import { realNames, startWorld } from '../fixtures/readme/world.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { freePort } from '../fixtures/redis.js'
import { root } from '../fixtures/root.js'

t.setTimeout(900_000)

const blocks = allBlocks()
const { newDatabase } = await startWorld(t, blocks)
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'logsiren-frameworks-')))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const [packed] = JSON.parse(
  await succeed('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root),
)

/** Each request of this list is an error but for the one that finds nothing: ten in all. */
const requests = ['/boom', '/missing', '/boom', '/boom', '/down', '/boom', '/boom', '/boom', '/boom', '/boom', '/boom']
const nine = { count: 9, status_code: 500, error_message: 'db timeout' }

const build = { NEXT_TELEMETRY_DISABLED: '1', NUXT_TELEMETRY_DISABLED: '1' }

/** Makes a project with these packages and files. */
async function projectOf(
  name: string,
  packages: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const project = join(folder, name)
  for (const [file, text] of Object.entries({ 'package.json': '{"private":true,"type":"module"}', ...files })) {
    mkdirSync(dirname(join(project, file)), { recursive: true })
    writeFileSync(join(project, file), text)
  }
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--legacy-peer-deps']
  await succeed('npm', ['install', ...flags, join(folder, packed.filename), 'pino', ...packages], project)
  return project
}

/** Serves with this program, and asks for each of the requests. */
async function serve(t: Test, program: string, cwd: string, look: () => Promise<void> = async () => {}): Promise<void> {
  const port = await freePort()
  const env = { ...process.env, NODE_OPTIONS: '', PORT: String(port), HOST: '127.0.0.1' }
  const child = spawn(process.execPath, [program], { cwd, env, stdio: 'ignore' })
  const ask = (path: string): Promise<number> => fetch(`http://127.0.0.1:${port}${path}`).then(({ status }) => status)
  for (let status = 0; status === 0; ) {
    status = await ask('/missing').catch(() => 0)
    if (status === 0) await setTimeout(100)
  }
  const statuses: number[] = []
  for (const path of requests) statuses.push(await ask(path))
  t.match(statuses.slice(0, 4), [500, Number, 500, 500])
  await look()
  await ended(child)
}

async function ended(child: ChildProcess): Promise<void> {
  // Longer than a batch waits, so that what is told is all that there is.
  await setTimeout(2000)
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function recipe(heading: string, text: string): Promise<[Receiver, recipe: string, redis: string]> {
  const receiver = await startReceiver(t)
  const redis = newDatabase()
  return [receiver, adapted(blockWith(blocks, heading, text).text, realNames(receiver, redis)), redis]
}

t.test('Next.js, from its standalone output in another place, where one worker serves all of it', async (t) => {
  const [receiver, logger, redis] = await recipe('Next.js', 'globalThis.logger')
  const project = await projectOf('next', ['next', 'react', 'react-dom'], {
    'logger.js': logger,
    'instrumentation.js': blockWith(blocks, 'Next.js', 'onRequestError').text,
    'next.config.mjs': adapted(blockWith(blocks, 'Next.js', 'serverExternalPackages').text, {
      'export default {': "export default {\n  output: 'standalone',",
    }),
    'app/layout.jsx': 'export default ({ children }) => <html><body>{children}</body></html>',
    'app/boom/route.js': `import { logger } from '../../logger.js'
      export const dynamic = 'force-dynamic'
      export function GET() { logger.info('asked'); throw new Error('db timeout') }`,
    'app/down/route.js': `export const dynamic = 'force-dynamic'
      export const GET = () => new Response('down', { status: 503 })`,
  })
  await succeed('npx', ['--no-install', 'next', 'build'], project)
  const standalone = join(folder, 'next-elsewhere')
  cpSync(join(project, '.next/standalone'), standalone, { recursive: true })
  rmSync(project, { recursive: true })
  await serve(t, 'server.js', standalone, async () => {
    const client = new Redis(redis)
    const [, id = ''] = /\/(\d+)$/.exec(redis) ?? []
    const others = String(await client.client('LIST'))
      .split('\n')
      .filter((one) => one.includes(` db=${id} `))
    t.equal(others.length, 2, 'that of the one worker, and ours')
    client.disconnect()
  })
  t.equal(receiver.received.length, 0, 'nine errors, since nobody sees the 503')
  await serve(t, 'server.js', standalone)
  t.match(receiver.received, [
    { body: { rule: 'default', sample: { error_message: 'db timeout' }, top: { path: [{ value: '/boom' }] } } },
  ])
  t.equal(receiver.received.length, 1)
})

t.test('Nuxt, from its output in another place', async (t) => {
  const [receiver, plugin] = await recipe('Nuxt', 'defineNitroPlugin')
  const project = await projectOf('nuxt', ['nuxt'], {
    'server/plugins/logsiren.js': plugin,
    'nuxt.config.mjs': "export default defineNuxtConfig({ compatibilityDate: '2026-01-01' })",
    'app.vue': '<template><NuxtPage /></template>',
    'pages/index.vue': '<template><p>shop</p></template>',
    'server/routes/boom.js': "export default defineEventHandler(() => { throw new Error('db timeout') })",
    'server/routes/down.js': `export default defineEventHandler(() => {
      throw createError({ statusCode: 503, statusMessage: 'down' })
    })`,
  })
  await succeed('npx', ['--no-install', 'nuxt', 'build'], project)
  const output = join(folder, 'nuxt-elsewhere')
  cpSync(join(project, '.output'), output, { recursive: true })
  rmSync(project, { recursive: true })
  await serve(t, 'server/index.mjs', output)
  t.match(receiver.received, [{ body: { count: 10, samples: [nine, { status_code: 503, error_message: 'down' }] } }])
  t.equal(receiver.received.length, 1)
})

t.test('SvelteKit with adapter-node', async (t) => {
  const [receiver, hooks] = await recipe('SvelteKit', 'handleError')
  const packages = [
    '@sveltejs/kit@2',
    '@sveltejs/adapter-node@5',
    'svelte@5',
    'vite@7',
    '@sveltejs/vite-plugin-svelte@6',
  ]
  const project = await projectOf('svelte', packages, {
    'src/hooks.server.js': hooks,
    'svelte.config.js': "import adapter from '@sveltejs/adapter-node'\nexport default { kit: { adapter: adapter() } }",
    'vite.config.js': "import { sveltekit } from '@sveltejs/kit/vite'\nexport default { plugins: [sveltekit()] }",
    'src/app.html': '<html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
    'src/routes/+page.svelte': '<p>shop</p>',
    'src/routes/boom/+page.server.js': "export function load() { throw new Error('db timeout') }",
    'src/routes/boom/+page.svelte': '<p>never</p>',
    'src/routes/down/+server.js': "import { error } from '@sveltejs/kit'\nexport const GET = () => error(503, 'down')",
  })
  await succeed('npx', ['--no-install', 'vite', 'build'], project)
  await serve(t, 'build/index.js', project)
  t.match(receiver.received, [{ body: { count: 10, samples: [nine, { count: 1, status_code: 503 }] } }])
  t.equal(receiver.received.length, 1)
})

t.test('BullMQ: a job counts when its last attempt has failed', async (t) => {
  const receiver = await startReceiver(t)
  const redis = newDatabase()
  const { text } = blockWith(blocks, 'BullMQ', "import { Worker } from 'bullmq'")
  const program = adapted(withTargets(text, { blocks }), realNames(receiver, redis))
  const project = await projectOf('bullmq', ['bullmq'], {
    'send-mail.js': "export const sendMail = async () => { throw new Error('mailbox full') }",
    'app.js': `${program}
      import { Queue } from 'bullmq'
      const queue = new Queue('mail', { connection: { url: '${redis}' } })
      for (let i = 0; i < 10; i += 1) await queue.add('welcome', {}, { attempts: 2 })`,
  })
  const child = spawn(process.execPath, ['app.js'], { cwd: project, stdio: 'ignore' })
  await receiver.has(1)
  await ended(child)
  t.match(receiver.received, [{ body: { count: 10, samples: [{ count: 10, error_message: 'mailbox full' }] } }])
  t.equal(receiver.received.length, 1)
})

function succeed(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env: { ...env, ...build }, timeout: 600_000 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${program} ${args.join(' ')}: ${error.message} ${stdout} ${stderr}`))
    })
  })
}
