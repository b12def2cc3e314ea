// The connection of operators' tools: opened by its first use, and it holds the process until it is closed.
import { systemClock } from '../clock.js'
import { redisTarget } from '../config/checks/redis-option.js'
import { DEFAULT_CLOSE_TIMEOUT_MS } from '../config/defaults.js'
import type { RedisOption } from '../config/options.js'
import { ConfigError } from '../errors.js'
import { Connection } from '../store/connection/connection.js'

/** For a `redis` option that was checked. @throws ConfigError where there is none */
export function openRedis(redis: RedisOption | undefined): Connection {
  const target = redisTarget(redis)
  if (target === undefined)
    throw new ConfigError([{ path: 'redis', message: 'Expected `redis` to be set, got none' }], 'bad options')
  return new Connection({
    target,
    clock: systemClock,
    connectTimeoutMs: DEFAULT_CLOSE_TIMEOUT_MS,
    holdsProcess: true,
  })
}
