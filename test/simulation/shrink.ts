// Finds the shortest schedule that still breaks the same promise, by delta debugging of actions, then processes, then simpler numbers.
import type { Action, Plan } from './plan.js'

/** Shorter times of peace to try, the longest first. */
const SHORTER_MS = [180_000, 120_000, 60_000, 1000] as const

type Holds = (plan: Plan) => Promise<boolean>

export interface Shrunk {
  readonly plan: Plan
  readonly runs: number
}

/** Shrinks a plan; `breaks` plays one and says whether it still breaks the promise. */
export async function shrink(given: Plan, breaks: Holds): Promise<Shrunk> {
  let runs = 0
  const holds: Holds = (plan) => {
    runs += 1
    return breaks(plan)
  }
  let plan = given
  const attempt = async (changed: Plan): Promise<void> => {
    if (JSON.stringify(changed) !== JSON.stringify(plan) && (await holds(changed))) plan = changed
  }
  // First a shorter peace, which makes all further runs faster.
  for (const peaceMs of SHORTER_MS) if (peaceMs < plan.peaceMs) await attempt({ ...plan, peaceMs })
  await attempt({ ...plan, processes: plan.processes.map((one) => ({ ...one, humPerSecond: 0 })) })
  plan = await withFewerActions(plan, holds)
  for (const { name } of given.processes.toReversed()) {
    if (plan.processes.length > 1) await attempt(withoutProcess(plan, name))
  }
  plan = await withFewerActions(plan, holds)
  for (const { name } of plan.processes) {
    for (const change of [{ humPerSecond: 0 }, { skewMs: 0 }, { latencyMs: 1 }])
      await attempt({
        ...plan,
        processes: plan.processes.map((one) => (one.name === name ? { ...one, ...change } : one)),
      })
  }
  for (const i of plan.actions.keys()) {
    for (const simpler of simplerForms(plan.actions[i]))
      await attempt({ ...plan, actions: plan.actions.with(i, simpler) })
  }
  return { plan, runs }
}

async function withFewerActions(given: Plan, holds: Holds): Promise<Plan> {
  let plan = given
  for (let size = Math.ceil(plan.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < plan.actions.length; ) {
      const fewer = { ...plan, actions: plan.actions.toSpliced(from, size) }
      if (await holds(fewer)) plan = fewer
      else from += size
    }
  }
  return plan
}

function withoutProcess(plan: Plan, name: string): Plan {
  return {
    ...plan,
    processes: plan.processes.filter((one) => one.name !== name),
    actions: plan.actions.filter((action) => !('process' in action) || action.process !== name),
  }
}

const ROUND_MS = 1000
const PLAIN_SPAN_MS = 50

/** Simpler forms of an action: whole seconds, half the numbers, errors that come at once. */
function simplerForms(action: Action | undefined): Action[] {
  if (action === undefined) return []
  const forms: Action[] = [{ ...action, atMs: Math.round(action.atMs / ROUND_MS) * ROUND_MS }]
  if ('forMs' in action)
    forms.push(
      { ...action, forMs: Math.round(action.forMs / 2) },
      { ...action, forMs: Math.round(action.forMs / ROUND_MS) * ROUND_MS },
    )
  if (action.kind === 'burst') forms.push({ ...action, spanMs: PLAIN_SPAN_MS })
  if (action.kind === 'storm' || action.kind === 'roar') forms.push({ ...action, groups: Math.ceil(action.groups / 2) })
  return forms
}
