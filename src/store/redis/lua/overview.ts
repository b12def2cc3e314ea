// What is kept for operators: which series are counted, what became of the last alerts, and what all processes did.

/** So many series are known, the last counted ones. */
const MAX_SERIES = 10_000
/** So many alerts, and ends of alerts, are kept for so long after the last of them, with the last attempts of each. */
const MAX_HISTORY = 100
const HISTORY_TTL_MS = 7 * 86_400_000
const MAX_ATTEMPTS = 20

/** \`longest\` is the longest window of this batch (ms). */
export const ANNOUNCE: string = `
local function announce(key, list, longest)
  local ttl
  for _, e in ipairs(list) do
    if e.announcement ~= '' then
      ttl = ttl or ttlOf(longest, 0, 0)
      redis.call('ZADD', key, integer(now), e.announcement)
    end
  end
  if not ttl then return end
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. integer(now - ttl))
  redis.call('ZREMRANGEBYRANK', key, 0, -${MAX_SERIES + 1})
  redis.call('PEXPIRE', key, ttl)
end
`

/**
 * Attempts are lines of JSON, the oldest first, so that none has to be read to add one. What became of news is one line: the account of
 * them that a process gave, an object, with what the store knows.
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

local function addHistory(key, line)
  redis.call('LPUSH', key, line)
  redis.call('LTRIM', key, 0, ${MAX_HISTORY - 1})
  redis.call('PEXPIRE', key, ${HISTORY_TTL_MS})
end
`

/** Sums what processes did since they last told; `text` is JSON of by how much each counter grew. */
export const ADD_TOTALS: string = `
local function addTotals(key, text)
  local grown, names, sums = cjson.decode(text), {}, {}
  for name in pairs(grown) do names[#names + 1] = name end
  for at, value in ipairs(redis.call('HMGET', key, unpack(names))) do
    sums[#sums + 1] = names[at]
    sums[#sums + 1] = integer((tonumber(value or nil) or 0) + grown[names[at]])
  end
  redis.call('HSET', key, unpack(sums))
  redis.call('PEXPIRE', key, ttlOf(0, 0, 0))
end
`
