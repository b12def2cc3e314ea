// The beats of a fleet, in Redis.
import { listOf } from '../../unknown.js'
import type { ScriptRunner } from '../script.js'
import type { Beats } from '../store.js'
import type { KeyNames } from './keys.js'
import { claimBeatScript, settleBeatScript } from './lua/beat.js'

export interface RedisBeatsOptions {
  readonly connection: ScriptRunner
  readonly keys: Pick<KeyNames, 'beat'>
  readonly clientId: string
  /** Lua that sets `now`. */
  readonly serverClock: string
}

export function redisBeats({ connection, keys, clientId, serverClock }: RedisBeatsOptions): Beats {
  const claimScript = claimBeatScript(serverClock)
  const settleScript = settleBeatScript(serverClock)
  let claims = 0
  return {
    claim: async ({ url, periodMs, leaseMs }) => {
      claims += 1
      const ours = `${clientId}#${claims}`
      const reply = await connection.run(claimScript, [keys.beat(url)], [ours, periodMs, leaseMs])
      const [state, beat, waitMs] = listOf(reply)
      if (state === 'settled') return { kind: 'settled', beat: String(beat), waitMs: Number(waitMs) }
      return beat === ours ? { kind: 'ours', beat: ours } : { kind: 'theirs', waitMs: Number(waitMs) }
    },
    settle: async ({ url, periodMs }, beat) => {
      await connection.run(settleScript, [keys.beat(url)], [beat, periodMs])
    },
  }
}
