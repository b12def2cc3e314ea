// One walk against asking for each path.
import t from 'tap'
import { compileReader, type Root, rootsOf } from '../../../src/record/reading/line-reader.js'
import { compileScan } from '../../../src/record/reading/member-scan.js'
import { fc } from '../../fixtures/properties.js'

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

await t.test('finds for each field what asking for its paths finds', async () => {
  const paths = ['a', 'b', 'a.b', 'b.c', 'c', 'a.b.c', 'message', 'err.message', '__proto__']
  const key = fc.constantFrom('a', 'b', 'c', 'a.b', 'b.c', 'err', 'message', 'x', '__proto__')
  const value = fc.constantFrom<unknown>(1, 2, 'x', 'y', null, true, new Error('e'), new Error('f'))
  const inner = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value, { maxKeys: 2 })), { maxKeys: 3 })
  const members = fc.dictionary(key, fc.oneof(value, inner), { maxKeys: 4 })
  const line = fc.record({
    members: fc.oneof({ weight: 4, arbitrary: members }, { weight: 1, arbitrary: fc.constant(new Error('e')) }),
    extras: fc.array(members, { maxLength: 1 }),
  })
  const some = fc.uniqueArray(fc.constantFrom(...paths), { maxLength: 4 })
  fc.assert(
    fc.property(line, some, some, (line, numbers, words) => {
      const roots = rootsOf(line, 'b')
      const [first, second] = compileScan([[{ paths: numbers, accept: number }], [{ paths: words, accept: word }]])(
        roots,
        undefined,
      )
      return isFound(first, numbers, roots, number) && isFound(second, words, roots, word)
    }),
    { numRuns: 2000 },
  )
  /** A literal key whose value is refused hides what the path leads to where paths are asked for one by one; the walk goes on. */
  function isFound<T>(
    found: unknown,
    paths: readonly string[],
    roots: readonly Root[],
    accept: (value: unknown) => T | undefined,
  ): boolean {
    const asked = compileReader(paths)(roots, accept)
    return found === asked || (found !== undefined && paths.some((path) => path.includes('.')))
  }
})

await t.test('takes the better path, then the earlier place; each list of paths has its own way to read', async (t) => {
  const roots = rootsOf({ members: { second: 1, meta: { first: 2, second: 3 }, word: 'w' } }, undefined)
  const scan = compileScan<number>([
    [
      { paths: ['first'], accept: (value, added) => (number(value) ?? 0) + added },
      { paths: ['second'], accept: number },
    ],
    [{ paths: ['second'], accept: number }],
    [
      { paths: ['first'], accept: word },
      { paths: ['word'], accept: word },
    ],
    [],
  ])
  t.strictSame(scan(roots, 10), [12, 1, 'w', undefined])
})
