// The scripts that read and write the config key. A revision beside it names each of its states, so that whoever changes it can say
// which one was looked at. It is no hash: the config holds secrets. Anybody may write the key without us, so whoever reads it
// finds out whether it is still what the revision was given for.
import { type Script, script } from '../script.js'

/** A revision that is forgotten makes a later one: whoever still holds it has to look again. */
const REVISION_TTL_MS = 7 * 86_400_000

const STATE = `
local function read()
  local config = redis.pcall('GET', KEYS[1])
  if type(config) == 'table' then return 'unreadable', '' end
  if config then return 'text', config end
  return 'missing', ''
end
local function revise(kind, text)
  local state, known = kind .. redis.sha1hex(text), redis.call('HMGET', KEYS[2], 'state', 'number')
  local number = tonumber(known[2] or 0)
  if known[1] ~= state then
    local time = redis.call('TIME')
    number = math.max(number + 1, tonumber(time[1]) * 1000000 + tonumber(time[2]))
    redis.call('HSET', KEYS[2], 'state', state, 'number', string.format('%.0f', number))
  end
  redis.call('PEXPIRE', KEYS[2], ${REVISION_TTL_MS})
  return string.format('%.0f', number)
end
`

/**
 * KEYS  1 config   2 its revision (hash: state that it was given for, number)
 * reply { 'missing', 'text' or 'unreadable', text, revision }
 */
export const readConfigScript: Script = script(`${STATE}
local kind, text = read()
return { kind, text, revise(kind, text) }
`)

/**
 * Writes the config only where nobody else has since it was read.
 *
 * KEYS  1 config   2 its revision
 * ARGV  1 'missing', 'text' or 'unreadable', as it was when read   2 its text then   3 the new text, '' to delete it
 * reply the new revision where it was written, else ''
 */
export const replaceConfigScript: Script = script(`${STATE}
local kind, text = read()
if kind ~= ARGV[1] or text ~= ARGV[2] then return '' end
redis.call('HLEN', KEYS[2])
if ARGV[3] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[3]) end
return revise(read())
`)
