// How busy a fleet keeps Redis, as the batch script tells its processes; evaluator/pace.ts makes of it how often they ask.

/** A batch costs a core about so many microseconds, and each of its entries so many more; benchmarks/fleet tells. */
const BATCH_US = 40
const ENTRY_US = 20
/** What is asked for is summed up for so long at a time. */
const PERIOD_MS = 1000

/**
 * How busy the fleet keeps this Redis, so that processes can ask less often before a core is full. Each batch that counts says how far
 * apart its process's batches are just now; that times its cost, summed up over a period and divided by it, is what one batch of each
 * process that has errors costs together, however far apart they are. If each took that long from one batch to the next, a core would be just full.
 *
 * `spacingWhenFull` gives that in milliseconds, and adds this batch. Fields, of which it is given what is stored: 'demandFrom', 'demandSum'
 * since then, 'demand' of the last whole period.
 */
export const DEMAND: string = `
local function spacingWhenFull(key, stored, interval, entryCount, isCounting)
  local from, sum, demand = tonumber(stored[1] or nil), tonumber(stored[2] or 0), tonumber(stored[3] or 0)
  if not from or from > now or now - from >= ${PERIOD_MS} then
    demand = from and from < now and math.ceil(sum / (now - from)) or 0
    redis.call('HSET', key, 'demandFrom', integer(now), 'demandSum', 0, 'demand', integer(demand))
  end
  if isCounting then redis.call('HINCRBY', key, 'demandSum', integer(interval * (${BATCH_US} + entryCount * ${ENTRY_US}))) end
  return math.ceil(demand / 1000)
end
`
