// Every code block of the recipes and of the pages for contributors is run, and does what the text around it says.
import t from 'tap'
import { benchmarks, simulation, source, tests } from '../fixtures/readme/contributors.js'
import { ends } from '../fixtures/readme/ends.js'
import { formats } from '../fixtures/readme/formats.js'
import { frameworks } from '../fixtures/readme/frameworks.js'
import { heartbeats } from '../fixtures/readme/heartbeats.js'
import { inTests } from '../fixtures/readme/in-tests.js'
import { receivers } from '../fixtures/readme/receivers.js'
import { recipes } from '../fixtures/readme/recipes.js'
import { runBlocks } from '../fixtures/readme/run-blocks.js'

await runBlocks(t, 'recipes', {
  'RECIPES.md': [...formats, ...receivers, ...frameworks, ...recipes, ...heartbeats, ...inTests, ...ends],
  'src/README.md': source,
  'benchmarks/README.md': benchmarks,
  'test/README.md': tests,
  'test/simulation/README.md': simulation,
})
