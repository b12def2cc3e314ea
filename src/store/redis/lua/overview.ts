// What is kept for operators: which series are counted, what became of the last alerts, and what all processes did.

/** So many series are known, the last counted ones. */
const MAX_SERIES = 10_000
/** So many alerts, and ends of alerts, are kept for so long after the last of them, with the last attempts of each. */
const MAX_HISTORY = 100
const HISTORY_TTL_MS = 7 * 86_400_000
const MAX_ATTEMPTS = 20
/** Counters of all processes are kept for so long after the last of them told. */
const TOTALS_TTL_MS = 2 * 86_400_000

/** Takes announcements, and for how long they are kept (ms). */
export const ANNOUNCE: string = `
local function announce(key, announced, ttl)
  for _, text in ipairs(announced) do write('ZADD', key, integer(now), text) end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. integer(now - ttl))
  redis.call('ZREMRANGEBYRANK', key, 0, -${MAX_SERIES + 1})
  redis.call('PEXPIRE', key, ttl)
end
`

/**
 * Attempts are lines of JSON, the oldest first, so that none has to be read to add one. What became of a notice is one line: the account of
 * it that a process gave, an object, with what the store knows.
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

-- Whether it is known what became of this one: a process that has no answer tells it again.
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

/** Sums what processes did since they last told; `text` is JSON of by how much each counter grew. */
export const ADD_TOTALS: string = `
local function addTotals(key, text)
  local grown, names, sums = cjson.decode(text), {}, {}
  for name in pairs(grown) do names[#names + 1] = name end
  local known = read('HMGET', key, unpack(names)) or {}
  for at, name in ipairs(names) do
    sums[#sums + 1] = name
    sums[#sums + 1] = integer((tonumber(known[at] or nil) or 0) + grown[name])
  end
  redis.call('HSET', key, unpack(sums))
  redis.call('PEXPIRE', key, ${TOTALS_TTL_MS})
end
`
