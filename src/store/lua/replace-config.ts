import { type Script, script } from './script.js'

/**
 * Writes the config only where nobody else has since it was read.
 *
 * KEYS  1 config
 * ARGV  1 '1' if it was there when read, else '0'   2 its text then   3 the new text, '' to delete it
 * reply 1 where it was written, else 0
 */
export const replaceConfigScript: Script = script(`
local stored = redis.call('GET', KEYS[1])
local isSame = (ARGV[1] == '1' and stored == ARGV[2]) or (ARGV[1] == '0' and not stored)
if not isSame then return 0 end
if ARGV[3] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[3]) end
return 1
`)
