// Makes config documents for a fleet, each with what it means for the fleet's rules.
import { type Action, ALL_RULE, IGNORED_MODEL, ownRule, type Plan, rulesOf, urlOf } from './plan.js'
import type { Dice } from './random.js'

export type Document = Omit<Action & { kind: 'config' }, 'kind' | 'atMs'>

type Fleet = Pick<Plan, 'versions' | 'rules' | 'processes'>

/** A document that only changes what counts as an error; what is ignored stays so, be it named in code or here. */
export function tweak(note: number, statusCodeThreshold: number): Document {
  const ignore = note % 2 === 0 ? [{ model: 'nobody' }, { model: { prefix: IGNORED_MODEL } }] : undefined
  return valid({ status_code_threshold: statusCodeThreshold, note, ignore }, [])
}

export const noDocument: Document = { text: null, isValid: true, off: [], movesUrls: false }

export function allOff({ processes }: Fleet, note: number): Document {
  const off = ['shared', 'grouped', 'some', 'fixed', 'novel', ...processes.map(({ name }) => ownRule(name))]
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
    .map((rule) => ({
      name: rule.name,
      enabled: changed?.how !== 'off' || rule.name !== changed.rule,
      url: changed?.how === 'moved' && rule.name === changed.rule ? urlOf('moved') : rule.url,
      threshold: rule.threshold,
      window_seconds: rule.windowSeconds,
      cooldown_seconds: rule.cooldownSeconds,
      match: rule.match,
      group_by: rule.groupBy,
      window_type: rule.windowType,
      max_alerts_per_minute: rule.maxAlertsPerMinute,
      new_only: rule.newOnly,
      new_after_days: rule.newAfterDays,
      learn_seconds: rule.learnSeconds,
      ...(rule.name !== ALL_RULE && { send_resolved: rule.sendResolved === true }),
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
