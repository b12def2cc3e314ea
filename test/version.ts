import { readFileSync } from 'node:fs'
import t from 'tap'
import { version } from '../src/version.js'

await t.test('is the version of package.json', async (t) => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  t.equal(version, manifest.version)
})
