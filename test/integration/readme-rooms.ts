// Every code block of the pages about operating logsiren is run, and does what the text around it says.
import t from 'tap'
import { acl } from '../fixtures/readme/acl.js'
import { commandLine } from '../fixtures/readme/command-line.js'
import { operations } from '../fixtures/readme/operations.js'
import { runBlocks } from '../fixtures/readme/run-blocks.js'

await runBlocks(t, 'rooms', {
  'src/admin/README.md': operations,
  'src/cli/README.md': commandLine,
  'src/store/README.md': acl,
})
