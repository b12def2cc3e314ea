// Two people have edited one config. Puts together what both have done, member by member: what I left alone becomes theirs, what I edited
// stays mine, and where both of us edited one member differently, that is told. It knows nothing of the page.

/** What fields hold, as texts, by the members that they edit. All rules of a config have the same members. */
export type Texts = Readonly<Record<string, string>>

/** A rule in the form. The name that it has now is among its texts. */
export interface HeldRule {
  /** The name that it has in the stored config; undefined where it was added in the form. A rule that is renamed stays the same rule by that. */
  readonly storedName: string | undefined
  readonly texts: Texts
}

/** What the form holds. */
export interface Held {
  readonly texts: Texts
  /** Undefined where no rules are stored: those in code are in force. */
  readonly rules: readonly HeldRule[] | undefined
}

/** A member that both have edited. A side is undefined where it has removed the rule. */
export interface Clash {
  /** `threshold`, or `rules.payments.threshold`. */
  readonly path: string
  readonly member: string
  readonly mine: string | undefined
  readonly theirs: string | undefined
}

export interface Merged {
  readonly held: Held
  readonly clashes: readonly Clash[]
}

/** The member that stands for the list of rules as a whole. */
export const RULES = 'rules'

/** `base` is what both began with, and `blank` what a rule holds in which nothing is set but a name. */
export function merge(base: Held, mine: Held, theirs: Held, blank: Texts): Merged {
  const clashes: Clash[] = []
  const texts = mergeTexts('', base.texts, mine.texts, theirs.texts, clashes)
  const rules = mergeRules(base, mine, theirs, blank, clashes)
  return { held: { texts, rules }, clashes }
}

/** The paths of all members that differ between the stored config and what is held now. */
export function editedPaths(base: Held, held: Held): readonly string[] {
  const paths = changedMembers(base.texts, held.texts)
  if ((base.rules === undefined) !== (held.rules === undefined)) paths.push(RULES)
  if (held.rules === undefined) return paths
  const before = byStoredName(base.rules)
  for (const { storedName, texts } of held.rules) {
    const then = storedName === undefined ? undefined : before.get(storedName)
    if (storedName === undefined || then === undefined) paths.push(pathOf(nameIn(texts)))
    else paths.push(...changedMembers(then, texts).map((member) => pathOf(storedName, member)))
  }
  const kept = new Set(held.rules.map(({ storedName }) => storedName))
  paths.push(...[...before.keys()].filter((name) => !kept.has(name)).map((name) => pathOf(name)))
  return paths
}

function mergeRules(base: Held, mine: Held, theirs: Held, blank: Texts, clashes: Clash[]): Held['rules'] {
  const before = byStoredName(base.rules)
  if (mine.rules === undefined && base.rules !== undefined) {
    // I chose the rules in code. That removes whatever they have done to the stored ones.
    if (editedPaths(base, { ...base, rules: theirs.rules }).length > 0)
      clashes.push({ path: RULES, member: RULES, mine: undefined, theirs: namesOf(theirs.rules) })
    return undefined
  }
  const own = byStoredName(mine.rules)
  const added = (mine.rules ?? []).filter(({ storedName }) => storedName === undefined)
  const merged: HeldRule[] = []
  for (const { texts } of theirs.rules ?? []) {
    const name = nameIn(texts)
    const then = before.get(name)
    // Where both have added a rule of one name, it is one rule.
    const twin = then === undefined ? added.find((rule) => nameIn(rule.texts) === name) : undefined
    const held = twin?.texts ?? own.get(name)
    if (held !== undefined)
      merged.push({
        storedName: name,
        texts: mergeTexts(pathOf(name), then ?? { ...blank, name }, held, texts, clashes),
      })
    else if (then === undefined) merged.push({ storedName: name, texts })
    else
      for (const member of changedMembers(then, texts))
        clashes.push({ path: pathOf(name, member), member, mine: undefined, theirs: texts[member] })
    if (twin !== undefined) added.splice(added.indexOf(twin), 1)
  }
  const present = new Set((theirs.rules ?? []).map(({ texts }) => nameIn(texts)))
  for (const { storedName, texts } of mine.rules ?? []) {
    if (storedName === undefined || present.has(storedName)) continue
    // They have removed it. That stands where I had not touched it.
    const edited = changedMembers(before.get(storedName) ?? blank, texts)
    for (const member of edited)
      clashes.push({ path: pathOf(storedName, member), member, mine: texts[member], theirs: undefined })
    if (edited.length > 0) merged.push({ storedName: undefined, texts })
  }
  merged.push(...added)
  const hasList = theirs.rules !== undefined || (base.rules === undefined && mine.rules !== undefined)
  return merged.length > 0 || hasList ? merged : undefined
}

function mergeTexts(prefix: string, base: Texts, mine: Texts, theirs: Texts, clashes: Clash[]): Texts {
  const merged: Record<string, string> = { ...theirs }
  for (const member of changedMembers(base, mine)) {
    const [own, other] = [mine[member] ?? '', theirs[member] ?? '']
    merged[member] = own
    if (other === (base[member] ?? '') || other === own) continue
    clashes.push({ path: prefix === '' ? member : `${prefix}.${member}`, member, mine: own, theirs: other })
  }
  return merged
}

function changedMembers(before: Texts, after: Texts): string[] {
  return Object.keys({ ...before, ...after }).filter((member) => (before[member] ?? '') !== (after[member] ?? ''))
}

function byStoredName(rules: Held['rules']): ReadonlyMap<string, Texts> {
  return new Map(
    (rules ?? []).flatMap(({ storedName, texts }) => (storedName === undefined ? [] : [[storedName, texts]])),
  )
}

function nameIn(texts: Texts): string {
  return texts['name'] ?? ''
}

function namesOf(rules: Held['rules']): string | undefined {
  return rules?.map(({ texts }) => nameIn(texts)).join(', ')
}

function pathOf(rule: string, member?: string): string {
  return [RULES, rule, ...(member === undefined ? [] : [member])].join('.')
}
