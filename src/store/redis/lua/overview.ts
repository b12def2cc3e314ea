// Lua of the data for operators: which series are counted, what became of the last alerts, and what all processes did.

/** At most this many series are kept, those that were announced last. */
const MAX_SERIES = 10_000
/** At most this many notices are kept, those that were delivered or given up last. */
const MAX_HISTORY = 100
/** The history is kept for a week after the last notice in it. */
const HISTORY_TTL_MS = 7 * 86_400_000
/** At most this many attempts, the last ones, are kept of each notice. */
const MAX_ATTEMPTS = 20
/** A process is alive for this long after it was last heard of. */
export const ALIVE_MS = 60_000
/** At most this many processes are kept; further ones are not shown. */
const MAX_PROCESSES = 1000
/** How the last attempt of a rule ended is kept for a week, as the history is. */
export const ANSWER_TTL_MS: number = HISTORY_TTL_MS
/** The sums of all processes' counters are kept for two days after a process last added to them. */
const TOTALS_TTL_MS = 2 * 86_400_000

/** Lua that keeps announcements, and drops those that are older than `ttl` (ms). */
export const ANNOUNCE: string = `
local function announce(key, announced, ttl)
  for _, text in ipairs(announced) do write('ZADD', key, integer(now), text) end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. integer(now - ttl))
  redis.call('ZREMRANGEBYRANK', key, 0, -${MAX_SERIES + 1})
  redis.call('PEXPIRE', key, ttl)
end
`

/**
 * Lua of the history. Attempts are lines of JSON, the oldest first, so that one is added without parsing the others. A notice in the history
 * is one line: the account that a process gave of it, a JSON object, with further members of what Redis knows.
 */
export const HISTORY: string = `
local function withAttempt(attempts, atMs, outcome)
  local lines = {}
  for line in string.gmatch(attempts or '', '[^\\n]+') do lines[#lines + 1] = line end
  lines[#lines + 1] = '{"at":' .. integer(atMs) .. ',"outcome":' .. cjson.encode(outcome) .. '}'
  return table.concat(lines, '\\n', math.max(1, #lines - ${MAX_ATTEMPTS - 1}))
end

local function historyLine(account, raised, ended, tries, attempts, outcome)
  local head = string.sub(account, 1, -2) .. ',"raised":' .. integer(raised) .. ',"ended":' .. integer(ended)
  local tail = ',"tries":' .. integer(tries) .. ',"outcome":' .. cjson.encode(outcome)
  return head .. tail .. ',"attempts":[' .. string.gsub(attempts or '', '\\n', ',') .. ']}'
end

-- Whether this notice is in the history: a process that got no answer reports it again.
local function isInHistory(key, id)
  for _, line in ipairs(read('LRANGE', key, 0, -1) or {}) do
    if string.find(line, '"id":"' .. id .. '"', 1, true) then return true end
  end
  return false
end

local function addHistory(key, line)
  write('LPUSH', key, line)
  redis.call('LTRIM', key, 0, ${MAX_HISTORY - 1})
  redis.call('PEXPIRE', key, ${HISTORY_TTL_MS})
end
`

/**
 * Lua that keeps what a process tells of itself, as '<ms since the epoch> <JSON>'; '-' takes it out. The hash only grows where a process is
 * new, so that is where those that were not heard of any more leave it.
 */
export const TELL: string = `
local function tell(key, client, facts)
  if facts == '-' then return write('HDEL', key, client) end
  if not read('HGET', key, client) then
    local stored, kept = redis.call('HGETALL', key), 0
    for at = 1, #stored, 2 do
      local heard = wholeOf(string.match(stored[at + 1], '^%d+'))
      if heard and math.abs(now - heard) <= ${ALIVE_MS} then kept = kept + 1 else redis.call('HDEL', key, stored[at]) end
    end
    if kept >= ${MAX_PROCESSES} then return end
  end
  redis.call('HSET', key, client, fleet.nowText .. ' ' .. facts)
  redis.call('PEXPIRE', key, ${ALIVE_MS})
end
`

/** Lua that keeps how an attempt ended, as '<ms since the epoch> <1 where it delivered, else 0> <in words>'. */
export const ANSWERED: string = `
local function answered(key, isDelivered, outcome)
  redis.call('SET', key, integer(now) .. (isDelivered and ' 1 ' or ' 0 ') .. outcome, 'PX', ${ANSWER_TTL_MS})
end
`

/** The field of the sums that says when some process last read a line (ms since the epoch). */
export const OBSERVED_AT = 'observed at'

/** Lua that adds to the sums of all processes' counters; `text` is JSON of by how much each counter of one process grew. */
export const ADD_TOTALS: string = `
local function addTotals(key, text)
  local grown, names, sums = cjson.decode(text), {}, {}
  for name in pairs(grown) do names[#names + 1] = name end
  local known = read('HMGET', key, unpack(names)) or {}
  for at, name in ipairs(names) do
    sums[#sums + 1] = name
    sums[#sums + 1] = integer((tonumber(known[at] or nil) or 0) + grown[name])
  end
  if grown.observed then
    sums[#sums + 1] = '${OBSERVED_AT}'
    sums[#sums + 1] = integer(now)
  end
  redis.call('HSET', key, unpack(sums))
  redis.call('PEXPIRE', key, ${TOTALS_TTL_MS})
end
`
