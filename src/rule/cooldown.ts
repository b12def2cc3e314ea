// How long a rule stays quiet after an alert. Where `cooldownMaxSeconds` is set the wait doubles while alerts keep coming and
// decays with quiet time: the algorithm of ElastAlert 2's `exponential_realert`. store/redis/lua/cooldown.ts does the same in Lua.

export interface CooldownShape {
  readonly cooldownMs: number
  /** 0 where the cooldown always is the same. */
  readonly cooldownMaxMs: number
}

/** The last delivery, and how often the wait has doubled until then. */
export interface Delivery {
  readonly atMs: number
  readonly step: number
}

/** The wait after a delivery at this step, by the config in force now. */
export function cooldownAfter(step: number, { cooldownMs, cooldownMaxMs }: CooldownShape): number {
  return cooldownMaxMs === 0 ? cooldownMs : Math.min(cooldownMs * 2 ** step, cooldownMaxMs)
}

/** The step that the delivery of an alert raised at `raisedAtMs` begins. */
export function nextStep(last: Delivery | undefined, raisedAtMs: number, shape: CooldownShape): number {
  if (last === undefined || shape.cooldownMaxMs === 0) return 0
  const capped = cappedStep(shape)
  const step = Math.min(last.step, capped)
  // A wait that was cut to the maximum counts as the longest one that was not.
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

/** The first step whose wait is the maximum. */
function cappedStep({ cooldownMs, cooldownMaxMs }: CooldownShape): number {
  let step = 0
  while (cooldownMs * 2 ** step < cooldownMaxMs) step += 1
  return step
}
