// Who asks the heartbeat's url: one key for each url, with the fleet's last beat. Its text is '<ms since the epoch> <claimed or settled> <beat>';
// the time is that of the claim, by the server's clock, so that the beats of a fleet have one period whoever makes them.
import { type Script, script } from '../../script.js'
import { INTEGER, SERVER_CLOCK } from './script.js'

/** Lua that reads the last beat. Other text than ours, or another type of key, is none. */
const LAST_BEAT = `
local text = redis.pcall('GET', KEYS[1])
local claimedMs, state, beat = string.match(type(text) == 'string' and text or '', '^(%d+) (%l+) (%S+)$')
`

/**
 * Claims the next beat where it is due. A claim that nobody settled is free after its lease: the process that had it died, or its request
 * failed.
 *
 * KEYS  1 beat (string)
 * ARGV  1 the name of the beat that this claim makes   2 period (ms)   3 lease (ms)
 * reply { 'claimed' or 'settled', the last beat, be it this one, ms until the next one is free }
 */
export function claimBeatScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${INTEGER}
${clock}
${LAST_BEAT}
local span = tonumber(state == 'settled' and ARGV[2] or ARGV[3])
local agoMs = beat and now - tonumber(claimedMs)
-- A beat in the future says that the clock has stepped back: to wait for it could take for ever.
if beat and agoMs >= 0 and agoMs < span then return { state, beat, integer(span - agoMs) } end
redis.call('SET', KEYS[1], integer(now) .. ' claimed ' .. ARGV[1], 'PX', ARGV[2])
return { 'claimed', ARGV[1], ARGV[3] }
`)
}

/**
 * Says that the url was asked: the next beat is due one period after this one was claimed.
 *
 * KEYS  1 beat (string)
 * ARGV  1 the name of the beat   2 period (ms)
 * reply 1, or 0 where another claim has taken its place
 */
export function settleBeatScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${clock}
${LAST_BEAT}
if beat ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], claimedMs .. ' settled ' .. beat, 'PX', ARGV[2])
return 1
`)
}
