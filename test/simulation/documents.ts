// Makes config documents for a fleet, each with what it means for the fleet's rules.
import { type Action, ALL_RULE, ownRule, type Plan, rulesOf, urlOf } from './plan.js'
import type { Dice } from './random.js'

export type Document = Omit<Action & { kind: 'config' }, 'kind' | 'atMs'>

type Fleet = Pick<Plan, 'versions' | 'rules' | 'processes'>

/** A document that only changes what counts as an error. */
export function tweak(note: number, statusCodeThreshold: number): Document {
  return valid({ status_code_threshold: statusCodeThreshold, note }, [])
}

export const noDocument: Document = { text: null, isValid: true, off: [], movesUrls: false }

export function allOff({ processes }: Fleet, note: number): Document {
  const off = ['shared', 'grouped', 'some', 'fixed', ...processes.map(({ name }) => ownRule(name))]
  return valid({ enabled: false, note }, off)
}

/** A document with all rules; one may be missing, switched off, or moved to another url. */
export function withRules(
  fleet: Fleet,
  note: number,
  changed: { readonly rule: string; readonly how: 'gone' | 'off' | 'moved' } | undefined,
): Document {
  const names = fleet.processes.map(({ name }) => name)
  const rules = rulesOf(fleet, 0, names)
    .filter(({ name }) => changed?.how !== 'gone' || name !== changed.rule)
    .map(({ name, url, threshold, windowSeconds, cooldownSeconds, match, groupBy, windowType, sendResolved }) => ({
      name,
      enabled: changed?.how !== 'off' || name !== changed.rule,
      url: changed?.how === 'moved' && name === changed.rule ? urlOf('moved') : url,
      threshold,
      window_seconds: windowSeconds,
      cooldown_seconds: cooldownSeconds,
      ...(match !== undefined && { match }),
      ...(groupBy !== undefined && { group_by: groupBy }),
      ...(windowType !== undefined && { window_type: windowType }),
      ...(name !== ALL_RULE && { send_resolved: sendResolved === true }),
    }))
  const isOff = changed !== undefined && changed.how !== 'moved'
  return { ...valid({ rules, note }, isOff ? [changed.rule] : []), movesUrls: true }
}

const BROKEN = ['{"enabled": tru', '{"threshold":"many"}', '[]', '{"rules":[{"name":"a b"}]}', '{"url":"ftp://x.test"}']

export function broken(dice: Dice): Document {
  return { text: dice.pick(BROKEN), isValid: false, off: [], movesUrls: false }
}

/** A document of any kind, drawn by weight. */
export function anyDocument(fleet: Fleet, dice: Dice): Document {
  const note = Math.floor(dice.between(0, 1e6))
  const rule = dice.pick(['shared', 'grouped', 'some', 'fixed'])
  const make = dice.weighted<() => Document>([
    [() => tweak(note, dice.pick([400, 500])), 3],
    [() => allOff(fleet, note), 1],
    [() => withRules(fleet, note, undefined), 1],
    [() => withRules(fleet, note, { rule, how: dice.pick(['gone', 'off', 'moved'] as const) }), 2],
    [() => broken(dice), 1],
    [() => noDocument, 0.7],
  ])
  return make()
}

function valid(document: object, off: readonly string[]): Document {
  return { text: JSON.stringify(document), isValid: true, off, movesUrls: false }
}
