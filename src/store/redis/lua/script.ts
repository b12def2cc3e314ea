// Scripts as Redis takes them, and the Lua that they share.
import { createHash } from 'node:crypto'
import { MAX_NEWS_AGE_MS } from '../../../rule/alert-state.js'

export interface Script {
  readonly text: string
  readonly sha1: string
}

export function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') }
}

/** Sets `now` to the server's clock in milliseconds; tests put a clock of their own in its place. */
export const SERVER_CLOCK = `local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`

/** Numbers become text this way: Redis refuses `61000.0`, and concatenation keeps 14 digits only. */
export const INTEGER = `local integer = function(number) return string.format('%.0f', number) end`

/** Written whenever something is kept of alerts, so that nothing of ours stays for ever: long enough to see that news are too old. */
export const STATE_TTL: string = `local function ttlOf(window, cooldown, cooldownMax)
  return integer(math.max(${2 * MAX_NEWS_AGE_MS}, 2 * window, 2 * cooldown, 2 * cooldownMax))
end`
