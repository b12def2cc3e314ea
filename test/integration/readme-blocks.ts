// Every code block of README is run, and does what the text around it says. A block without a runner fails.
import { readFileSync } from 'node:fs'
import t from 'tap'
import { type Block, blocksOf, type Runner } from '../fixtures/readme/blocks.js'
import { commandLine } from '../fixtures/readme/command-line.js'
import { containers } from '../fixtures/readme/containers.js'
import { formats } from '../fixtures/readme/formats.js'
import { operations } from '../fixtures/readme/operations.js'
import { recipes } from '../fixtures/readme/recipes.js'
import { reference } from '../fixtures/readme/reference.js'
import { start } from '../fixtures/readme/start.js'
import { startWorld } from '../fixtures/readme/world.js'
import { root } from '../fixtures/root.js'

t.setTimeout(300_000)
const JOBS = 2

const readme = readFileSync(`${root}README.md`, 'utf8')
const runners: readonly Runner[] = [
  ...start,
  ...commandLine,
  ...formats,
  ...reference,
  ...operations,
  ...recipes,
  ...containers,
]
const world = await startWorld(t, blocksOf(readme))

const isFor = (block: Block, { under, begins }: Runner): boolean =>
  block.heading === under && block.text.startsWith(begins)

t.test('every code block does what README says of it', { jobs: JOBS }, async (t) => {
  for (const block of blocksOf(readme)) {
    const [first = ''] = block.text.split('\n')
    const name = `the block under ‘${block.heading}’ that begins ‘${first}’ (line ${block.line})`
    const [runner, another] = runners.filter((one) => isFor(block, one))
    if (runner === undefined) t.fail(`no runner for ${name}`)
    else if (another !== undefined) t.fail(`more than one runner for ${name}`)
    else t.test(name, async (t) => runner.run(t, block, world))
  }
})

t.test('every runner has its block, and only one', (t) => {
  for (const runner of runners) {
    const count = blocksOf(readme).filter((block) => isFor(block, runner)).length
    t.equal(count, 1, `under ‘${runner.under}’, beginning ‘${runner.begins.split('\n')[0]}’`)
  }
  t.end()
})

t.test('a block that nobody knows, or that is never closed, is seen', (t) => {
  t.strictSame(blocksOf('# A\n\n```js\na\n```\n\n## B\n\n```\nb\n\n# c\n```\n'), [
    { heading: 'A', language: 'js', text: 'a', line: 3 },
    { heading: 'B', language: '', text: 'b\n\n# c', line: 9 },
  ])
  t.throws(() => blocksOf('```js\na\n'), /line 1/)
  t.end()
})

t.test('every block names its language, and no line outside of tables and output is too long', (t) => {
  const blocks = blocksOf(readme)
  t.strictSame(
    blocks.filter(({ language }) => language === ''),
    [],
  )
  const outputs = blocks.filter(({ language }) => language === 'text' || language === 'json')
  const long = readme
    .split('\n')
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => text.length > 160 && !text.startsWith('|'))
    .filter(
      ({ line }) => !outputs.some((block) => line > block.line && line <= block.line + block.text.split('\n').length),
    )
  t.strictSame(long, [])
  t.end()
})

t.test('every link within it leads somewhere', (t) => {
  const anchors = [...readme.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
  for (const [, target = ''] of readme.matchAll(/\]\(#([^)]+)\)/g)) t.ok(anchors.includes(target), target)
  t.end()
})
