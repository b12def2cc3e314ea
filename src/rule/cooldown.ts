// How long a rule stays quiet after an alert. Where `cooldownMaxSeconds` is set the wait doubles while alerts keep coming and
// decays with quiet time: the algorithm of ElastAlert 2's `exponential_realert`. store/redis/lua/cooldown.ts does the same in Lua.

export interface CooldownShape {
  readonly cooldownMs: number
  /** The longest cooldown that doubling may reach; 0 where the cooldown never changes. */
  readonly cooldownMaxMs: number
}

/** The last delivery of an alert, which began a cooldown. */
export interface Delivery {
  readonly atMs: number
  /** How often the cooldown has doubled by then; 0 for the shortest. */
  readonly step: number
}

/** How long the cooldown after a delivery at this step lasts, in ms, under the config that is in force now. */
export function cooldownAfter(step: number, { cooldownMs, cooldownMaxMs }: CooldownShape): number {
  return cooldownMaxMs === 0 ? cooldownMs : Math.min(cooldownMs * 2 ** step, cooldownMaxMs)
}

/** The step of the cooldown that begins with the delivery of an alert that was raised at `raisedAtMs`. */
export function nextStep(last: Delivery | undefined, raisedAtMs: number, shape: CooldownShape): number {
  if (last === undefined || shape.cooldownMaxMs === 0) return 0
  const capped = cappedStep(shape)
  const step = Math.min(last.step, capped)
  // A cooldown that was cut to the maximum decays as the longest one that was not cut.
  let exponent = step === capped ? Math.max(0, step - 1) : step
  let sinceEndMs = raisedAtMs - last.atMs - cooldownAfter(step, shape)
  const wait = (): number => shape.cooldownMs * 2 ** exponent
  if (sinceEndMs < wait()) return Math.min(exponent + 1, capped)
  while (sinceEndMs > wait() && exponent > 0) {
    sinceEndMs -= wait()
    exponent -= 1
  }
  return exponent
}

/** The first step at which the cooldown is the maximum. */
function cappedStep({ cooldownMs, cooldownMaxMs }: CooldownShape): number {
  let step = 0
  while (cooldownMs * 2 ** step < cooldownMaxMs) step += 1
  return step
}
