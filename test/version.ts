import { readFileSync } from 'node:fs'
import t from 'tap'
import { version } from '../src/version.js'
import { root } from './fixtures/root.js'

await t.test('is the version of package.json', async (t) => {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  t.equal(version, manifest.version)
})
