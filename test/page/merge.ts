import assert from 'node:assert/strict'
import t from 'tap'
import {
  type Clash,
  editedPaths,
  type Held,
  type HeldRule,
  merge,
  type Texts,
} from '../../src/page/status/config/merge.js'
import { fc } from '../fixtures/properties.js'

const blank: Texts = { name: '', threshold: '', url: '' }
const rule = (name: string, texts: Texts = {}, storedName: string | undefined = name): HeldRule => ({
  storedName,
  texts: { ...blank, ...texts, name: texts['name'] ?? name },
})
const added = (name: string, texts: Texts = {}): HeldRule => ({ ...rule(name, texts), storedName: undefined })
const held = (rules: readonly HeldRule[] | undefined, texts: Texts = {}): Held => ({
  texts: { threshold: '', ...texts },
  rules,
})

t.test('what I left alone is theirs, what I edited is mine, and what both edited is told', (t) => {
  const base = held([rule('payments', { threshold: '10' }), rule('db')], { threshold: '5' })
  const mine = held([rule('payments', { threshold: '20' }), rule('db')], { threshold: '5' })
  const theirs = held([rule('payments', { threshold: '10', url: 'https://b.test/' }), rule('db', { threshold: '3' })], {
    threshold: '6',
  })
  t.strictSame(merge(base, mine, theirs, blank), {
    held: held([rule('payments', { threshold: '20', url: 'https://b.test/' }), rule('db', { threshold: '3' })], {
      threshold: '6',
    }),
    clashes: [],
  })
  const both = held([rule('payments', { threshold: '30' }), rule('db')], { threshold: '7' })
  t.strictSame(merge(base, { ...mine, texts: { threshold: '8' } }, both, blank).clashes, [
    { path: 'threshold', member: 'threshold', mine: '8', theirs: '7' },
    { path: 'rules.payments.threshold', member: 'threshold', mine: '20', theirs: '30' },
  ])
  t.end()
})

t.test('a rule that I renamed has what they changed in it meanwhile', (t) => {
  const base = held([rule('a', { threshold: '1' })])
  const mine = held([rule('a', { threshold: '1', name: 'b' })])
  const merged = merge(base, mine, held([rule('a', { threshold: '2' })]), blank)
  t.strictSame(merged, { held: held([rule('a', { threshold: '2', name: 'b' })]), clashes: [] })
  t.end()
})

t.test('a rule that one of us has removed is gone, unless the other has edited it: that is told', (t) => {
  const base = held([rule('a', { threshold: '1' }), rule('b')])
  const edited = held([rule('a', { threshold: '2' }), rule('b')])
  const without = held([rule('b')])
  t.strictSame(merge(base, without, base, blank), { held: without, clashes: [] })
  t.strictSame(merge(base, base, without, blank), { held: without, clashes: [] })
  t.strictSame(merge(base, without, edited, blank), {
    held: without,
    clashes: [{ path: 'rules.a.threshold', member: 'threshold', mine: undefined, theirs: '2' }],
  })
  t.strictSame(merge(base, edited, without, blank), {
    held: held([rule('b'), added('a', { threshold: '2' })]),
    clashes: [{ path: 'rules.a.threshold', member: 'threshold', mine: '2', theirs: undefined }],
  })
  t.end()
})

t.test('rules that both have added are there, and those of one name are one', (t) => {
  const base = held(undefined)
  const mine = held([added('a', { threshold: '1' }), added('mine')])
  const theirs = held([rule('a', { url: 'u' }), rule('theirs')])
  t.strictSame(merge(base, mine, theirs, blank), {
    held: held([rule('a', { threshold: '1', url: 'u' }), rule('theirs'), added('mine')]),
    clashes: [],
  })
  t.end()
})

t.test('who chose the rules in code is told of what that takes from the other', (t) => {
  const base = held([rule('a')])
  t.strictSame(merge(base, held(undefined), base, blank), { held: held(undefined), clashes: [] })
  t.strictSame(merge(base, held(undefined), held([rule('a'), rule('b')]), blank), {
    held: held(undefined),
    clashes: [{ path: 'rules', member: 'rules', mine: undefined, theirs: 'a, b' }],
  })
  t.strictSame(merge(base, base, held(undefined), blank), { held: held(undefined), clashes: [] })
  t.strictSame(merge(held(undefined), held([]), held(undefined), blank).held, held([]))
  t.end()
})

t.test('says what is edited by its path', (t) => {
  const base = held([rule('a'), rule('b')])
  t.strictSame(editedPaths(base, base), [])
  t.strictSame(editedPaths(base, held([rule('a', { name: 'c', url: 'u' }), added('d')], { threshold: '1' })), [
    'threshold',
    'rules.a.name',
    'rules.a.url',
    'rules.d',
    'rules.b',
  ])
  t.strictSame(editedPaths(base, held(undefined)), ['rules'])
  t.end()
})

const value = fc.constantFrom('', '1', '2')
const texts = fc.record({ threshold: value, url: value }, { noNullPrototype: true })
const stored = fc.option(
  fc
    .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), texts), { selector: ([name]) => name, maxLength: 3 })
    .map((rules) => rules.map(([name, own]) => rule(name, own))),
  { nil: undefined },
)
const config = fc.record(
  { texts: fc.record({ threshold: value }, { noNullPrototype: true }), rules: stored },
  { noNullPrototype: true },
)

/** What somebody makes of a stored config: some rules edited, some removed, some added. */
const editsOf = (base: Held): fc.Arbitrary<Held> => {
  const own = (base.rules ?? []).map(({ texts: then, storedName = '' }) =>
    fc
      .option(
        fc.oneof(
          fc.constant(then),
          texts.map((edited) => ({ ...then, ...edited })),
        ),
        { nil: undefined },
      )
      .map((edited) => (edited === undefined ? [] : [{ storedName, texts: edited }])),
  )
  const names = new Set((base.rules ?? []).map(({ storedName }) => storedName))
  const others = ['a', 'b', 'c', 'd'].filter((name) => !names.has(name))
  const more = fc
    .subarray(others)
    .chain((chosen) => fc.tuple(...chosen.map((name) => texts.map((own) => added(name, own)))))
  return fc.record({
    texts: fc.oneof(fc.constant(base.texts), fc.record({ threshold: value }, { noNullPrototype: true })),
    rules: fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.tuple(...own), more).map(([kept, fresh]) => [...kept.flat(), ...fresh]) },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
  })
}

type Flat = ReadonlyMap<string, Texts | undefined>

/** Each rule by the name that it has in the stored config, or was added under; the config itself under a name that no rule has. */
function flat({ texts: own, rules }: Held): Flat {
  return new Map([
    ['', own],
    ...(rules ?? []).map((one) => [one.storedName ?? one.texts['name'] ?? '', one.texts] as const),
  ])
}

/** The naive model: looks at one member of one rule, and at nothing else. */
function naive(
  base: Held,
  mine: Held,
  theirs: Held,
): { readonly value: (rule: string, member: string) => string | undefined; readonly clashes: Set<string> } {
  const [b, m, o] = [flat(base), flat(mine), flat(theirs)]
  const clashes = new Set<string>()
  const differ = (one: Texts = {}, other: Texts = {}): boolean =>
    Object.keys(blank).some((member) => (one[member] ?? '') !== (other[member] ?? ''))
  const value = (name: string, member: string): string | undefined => {
    const [then, own, other] = [b.get(name), m.get(name), o.get(name)]
    const at = then?.[member] ?? (member === 'name' ? name : '')
    if (own === undefined && other === undefined) return undefined
    if (own === undefined && then !== undefined) {
      if ((other?.[member] ?? '') !== at) clashes.add(`${name}.${member}`)
      return undefined
    }
    if (own === undefined) return other?.[member]
    if (other === undefined) {
      if (then !== undefined && !differ(then, own)) return undefined
      if (then !== undefined && own[member] !== at) clashes.add(`${name}.${member}`)
      return own[member]
    }
    if (own[member] === at) return other[member]
    if (other[member] !== at && other[member] !== own[member]) clashes.add(`${name}.${member}`)
    return own[member]
  }
  return { value, clashes }
}

const pathIn = ({ path }: Clash): string => (path.startsWith('rules.') ? path.slice('rules.'.length) : `.${path}`)

t.test('agrees with a model that looks at one member after the other', (t) => {
  const cases = config.chain((base) => fc.tuple(fc.constant(base), editsOf(base), config))
  fc.assert(
    fc.property(cases, ([base, mine, theirs]) => {
      const { held: merged, clashes } = merge(base, mine, theirs, blank)
      if (base.rules !== undefined && mine.rules === undefined) {
        assert.equal(merged.rules, undefined)
        return
      }
      const model = naive(base, mine, theirs)
      const found = flat(merged)
      for (const name of ['', 'a', 'b', 'c', 'd'])
        for (const member of name === '' ? ['threshold'] : Object.keys(blank))
          assert.equal(found.get(name)?.[member], model.value(name, member), `${name}.${member}`)
      assert.deepEqual(new Set(clashes.map(pathIn)), model.clashes)
      const names = (merged.rules ?? []).map(({ texts: own }) => own['name'])
      assert.equal(new Set(names).size, names.length, 'no rule is there twice')
    }),
  )
  fc.assert(
    fc.property(cases, ([base, mine, theirs]) => {
      assert.deepEqual(merge(base, base, theirs, blank), { held: theirs, clashes: [] }, 'who edited nothing has theirs')
      const { held: own, clashes } = merge(base, mine, base, blank)
      assert.deepEqual([editedPaths(base, own), clashes], [editedPaths(base, mine), []], 'nobody else: mine is mine')
    }),
  )
  t.end()
})
