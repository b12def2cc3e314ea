// What is kept for operators: which series are counted, what became of the last alerts, and what all processes did.

/** So many series are known, the last counted ones. */
const MAX_SERIES = 10_000

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
