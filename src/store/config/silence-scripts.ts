// The scripts that write and list the silences of operators. All are in one hash: `version`, a text of its own after each write, by which the
// processes of the fleet see that something has changed, and each silence by its id, as rule/silence.ts reads it. A silence's text begins with
// when it ends, so that a script needs to parse no more. Where none is left there is no hash.
import { MAX_SILENCES } from '../../rule/silence.js'
import { SERVER_CLOCK, WHOLE } from '../redis/lua/script.js'
import { type Script, script } from '../script.js'

/**
 * Lua that reads the silences and, before anything is written, drops what is over and what others have put there. A key of another type is
 * begun anew. The key ends with the last silence in it.
 */
const SILENCES = `
${WHOLE}
local function endOf(text) return wholeOf(string.match(text, '^{"until":(%d+),')) end
local function prune()
  local stored = redis.pcall('HGETALL', KEYS[1])
  if stored.err then
    redis.call('DEL', KEYS[1])
    return 0
  end
  local left = 0
  for at = 1, #stored, 2 do
    if stored[at] ~= 'version' then
      if (endOf(stored[at + 1]) or 0) > now then left = left + 1 else redis.call('HDEL', KEYS[1], stored[at]) end
    end
  end
  if left == 0 then redis.call('DEL', KEYS[1]) end
  return left
end
local function finish(version)
  local last, stored = 0, redis.call('HGETALL', KEYS[1])
  for at = 1, #stored, 2 do
    if stored[at] ~= 'version' then last = math.max(last, endOf(stored[at + 1])) end
  end
  if last == 0 then redis.call('DEL', KEYS[1])
  else
    redis.call('HSET', KEYS[1], 'version', version)
    redis.call('PEXPIRE', KEYS[1], string.format('%.0f', last - now))
  end
end
`

/**
 * KEYS  1 silences
 * ARGV  1 the new version   2 the silence's id   3 how long it lasts (ms)   4 its other members: JSON without its first brace
 * reply its text, or '' where there are as many as there may be
 */
export function addSilenceScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${clock}
${SILENCES}
if prune() >= ${MAX_SILENCES} then return '' end
local text = string.format('{"until":%.0f,"createdAt":%.0f,', now + tonumber(ARGV[3]), now) .. ARGV[4]
redis.call('HSET', KEYS[1], ARGV[2], text)
finish(ARGV[1])
return text
`)
}

/**
 * KEYS  1 silences   ARGV  1 the new version   2 the id of the silence to end
 * reply 1 where there was one that had not ended, else 0
 */
export function endSilenceScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${clock}
${SILENCES}
prune()
if ARGV[2] == 'version' or redis.call('HDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
finish(ARGV[1])
return 1
`)
}

/**
 * Nothing is written.
 *
 * KEYS  1 silences
 * reply { now, { field, text… of the hash, with those that are over } }
 */
export function listSilencesScript(clock: string = SERVER_CLOCK): Script {
  return script(`
${clock}
local stored = redis.pcall('HGETALL', KEYS[1])
return { string.format('%.0f', now), stored.err and {} or stored }
`)
}
