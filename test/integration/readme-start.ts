// Every code block of README is run, and does what the text around it says.
import t from 'tap'
import { reference } from '../fixtures/readme/reference.js'
import { runBlocks } from '../fixtures/readme/run-blocks.js'
import { start } from '../fixtures/readme/start.js'

await runBlocks(t, 'start', { 'README.md': [...start, ...reference] })
