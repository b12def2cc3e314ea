// Lua that takes the place of the server's clock. It sets `now` to virtual time, and expires keys by it, since Redis itself expires
// them by real time: commands that have to do with expiry are handled here, all others go through to Redis.

/** The key with the virtual time; it is set before each script, on the same connection. */
export const NOW_KEY = 'sim:now'
const TTL_KEY = 'sim:ttl'

/** Commands that may leave their key empty: Redis deletes it then, and its expiry has to go too. */
const EMPTYING = [
  'HDEL',
  'ZREM',
  'SREM',
  'LREM',
  'LPOP',
  'RPOP',
  'LTRIM',
  'ZPOPMIN',
  'ZPOPMAX',
  'ZREMRANGEBYSCORE',
  'ZREMRANGEBYRANK',
]

export const VIRTUAL_CLOCK: string = `
local simReal = redis
local now = tonumber(simReal.call('GET', '${NOW_KEY}'))
for _, key in ipairs(simReal.call('ZRANGEBYSCORE', '${TTL_KEY}', '-inf', now)) do
  simReal.call('DEL', key)
  simReal.call('ZREM', '${TTL_KEY}', key)
end
local redis = setmetatable({}, { __index = simReal })
do
  local unpack = table.unpack or unpack
  local function mark(key, at) simReal.call('ZADD', '${TTL_KEY}', string.format('%.0f', at), key) end
  local function unmark(...) simReal.call('ZREM', '${TTL_KEY}', ...) end
  local function expire(key, at, flag)
    if simReal.call('EXISTS', key) == 0 then return 0 end
    local old = tonumber(simReal.call('ZSCORE', '${TTL_KEY}', key) or nil)
    flag = string.upper(flag or '')
    if flag == 'NX' and old or flag == 'XX' and not old then return 0 end
    if flag == 'GT' and (not old or at <= old) or flag == 'LT' and old and at >= old then return 0 end
    mark(key, at)
    return 1
  end
  local function leftMs(key)
    if simReal.call('EXISTS', key) == 0 then return -2 end
    local at = simReal.call('ZSCORE', '${TTL_KEY}', key)
    return at and tonumber(at) - now or -1
  end
  local function delete(name) return function(call, ...)
    unmark(...)
    return call(name, ...)
  end end
  local commands = {
    EXPIRE = function(_, key, seconds, flag) return expire(key, now + 1000 * tonumber(seconds), flag) end,
    PEXPIRE = function(_, key, ms, flag) return expire(key, now + tonumber(ms), flag) end,
    EXPIREAT = function(_, key, at, flag) return expire(key, 1000 * tonumber(at), flag) end,
    PEXPIREAT = function(_, key, at, flag) return expire(key, tonumber(at), flag) end,
    PTTL = function(_, key) return leftMs(key) end,
    TTL = function(_, key)
      local ms = leftMs(key)
      return ms < 0 and ms or math.floor((ms + 500) / 1000)
    end,
    PERSIST = function(_, key) return simReal.call('ZREM', '${TTL_KEY}', key) end,
    DEL = delete('DEL'), UNLINK = delete('UNLINK'), GETDEL = delete('GETDEL'),
    RENAME = function(call, from, to)
      local at = simReal.call('ZSCORE', '${TTL_KEY}', from)
      local reply = call('RENAME', from, to)
      unmark(from, to)
      if at then mark(to, tonumber(at)) end
      return reply
    end,
    SETEX = function(call, key, seconds, value)
      mark(key, now + 1000 * tonumber(seconds))
      return call('SET', key, value)
    end,
    PSETEX = function(call, key, ms, value)
      mark(key, now + tonumber(ms))
      return call('SET', key, value)
    end,
    SET = function(call, key, value, ...)
      local rest, at, isKept, i = {}, nil, false, 1
      local given = { ... }
      while i <= #given do
        local word = string.upper(tostring(given[i]))
        if word == 'PX' then at, i = now + tonumber(given[i + 1]), i + 1
        elseif word == 'EX' then at, i = now + 1000 * tonumber(given[i + 1]), i + 1
        elseif word == 'PXAT' then at, i = tonumber(given[i + 1]), i + 1
        elseif word == 'EXAT' then at, i = 1000 * tonumber(given[i + 1]), i + 1
        else
          if word == 'KEEPTTL' then isKept = true end
          rest[#rest + 1] = given[i]
        end
        i = i + 1
      end
      local reply = call('SET', key, value, unpack(rest))
      if not reply or type(reply) == 'table' and reply.err then return reply end
      if at then mark(key, at) elseif not isKept then unmark(key) end
      return reply
    end,
  }
  for _, name in ipairs({ ${EMPTYING.map((name) => `'${name}'`).join(', ')} }) do
    commands[name] = function(call, key, ...)
      local reply = call(name, key, ...)
      if simReal.call('EXISTS', key) == 0 then unmark(key) end
      return reply
    end
  end
  local function virtual(call)
    return function(name, ...)
      local command = commands[string.upper(name)]
      if command then return command(call, ...) end
      return call(name, ...)
    end
  end
  redis.call, redis.pcall = virtual(simReal.call), virtual(simReal.pcall)
end
`
