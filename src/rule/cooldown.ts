// How long a rule stays quiet after an alert, and how many alerts have come by then. Where `cooldownMaxSeconds` is set the wait
// doubles while alerts keep coming and decays with quiet time: the algorithm of ElastAlert 2's `exponential_realert`.
// store/redis/lua/cooldown.ts does the same in Lua.

export interface CooldownShape {
  readonly cooldownMs: number
  /** The longest cooldown that doubling may reach; 0 where the cooldown never changes. */
  readonly cooldownMaxMs: number
}

/** Which alert one is among those of its series that keep coming. */
export interface Streak {
  /** 1 for the first of them. */
  readonly notice: number
  /** When the first of them was raised, in ms since the epoch. */
  readonly sinceMs: number
}

/** The last delivery of an alert, which began a cooldown. */
export interface Delivery {
  readonly atMs: number
  /** How often the cooldown has doubled by then; 0 for the shortest. */
  readonly step: number
  /** Undefined where that is not known. */
  readonly streak: Streak | undefined
}

/** How long the cooldown after a delivery at this step lasts, in ms, under the config that is in force now. */
export function cooldownAfter(step: number, { cooldownMs, cooldownMaxMs }: CooldownShape): number {
  return cooldownMaxMs === 0 ? cooldownMs : Math.min(cooldownMs * 2 ** step, cooldownMaxMs)
}

/** The step of the cooldown that begins with the delivery of an alert that was raised at `raisedAtMs`. */
export function nextStep(last: TimedDelivery | undefined, raisedAtMs: number, shape: CooldownShape): number {
  if (last === undefined || shape.cooldownMaxMs === 0) return 0
  let { exponent, sinceEndMs } = afterCooldown(last, raisedAtMs, shape)
  const wait = (): number => shape.cooldownMs * 2 ** exponent
  if (sinceEndMs < wait()) return Math.min(exponent + 1, cappedStep(shape))
  while (sinceEndMs > wait() && exponent > 0) {
    sinceEndMs -= wait()
    exponent -= 1
  }
  return exponent
}

/**
 * Which alert one is that is raised at `raisedAtMs`, by the clock of `last`, or at `epochMs`. Alerts keep coming where it would
 * double the cooldown, if there were a longest one: where it comes after the last cooldown by less than that took.
 */
export function nextStreak(
  last: Delivery | undefined,
  { raisedAtMs, epochMs }: { readonly raisedAtMs: number; readonly epochMs: number },
  shape: CooldownShape,
): Streak {
  if (last?.streak !== undefined) {
    const { exponent, sinceEndMs } = afterCooldown(last, raisedAtMs, shape)
    const { notice, sinceMs } = last.streak
    if (sinceEndMs < shape.cooldownMs * 2 ** exponent) return { notice: notice + 1, sinceMs }
  }
  return { notice: 1, sinceMs: epochMs }
}

/**
 * The streak that goes on from the delivery of an alert. One that was raised before the last delivery knew nothing of that: another
 * destination has it, or a process raised it alone. It changes the number only where it is of the same streak.
 */
export function streakAfter(
  last: Delivery | undefined,
  { raisedAtMs, streak }: { readonly raisedAtMs: number; readonly streak: Streak | undefined },
): Streak | undefined {
  if (last?.streak === undefined || streak === undefined) return last?.streak ?? streak
  if (raisedAtMs > last.atMs) return streak
  const known = last.streak
  return known.sinceMs === streak.sinceMs && known.notice < streak.notice ? streak : known
}

type TimedDelivery = Pick<Delivery, 'atMs' | 'step'>

/** How long after the end of the last cooldown an alert was raised, and the exponent of how long that cooldown counts as. */
function afterCooldown(last: TimedDelivery, raisedAtMs: number, shape: CooldownShape) {
  const capped = cappedStep(shape)
  const step = Math.min(last.step, capped)
  // A cooldown that was cut to the maximum decays as the longest one that was not cut.
  const exponent = step === capped ? Math.max(0, step - 1) : step
  return { exponent, sinceEndMs: raisedAtMs - last.atMs - cooldownAfter(step, shape) }
}

/** The first step at which the cooldown is the maximum; 0 where there is none. */
function cappedStep({ cooldownMs, cooldownMaxMs }: CooldownShape): number {
  let step = 0
  while (cooldownMs * 2 ** step < cooldownMaxMs) step += 1
  return step
}
