// The connection of operators' tools. It connects at its first use, and keeps the process alive until it is closed.
import { systemClock } from '../clock.js'
import { redisTarget } from '../config/checks/redis-option.js'
import { DEFAULT_CLOSE_TIMEOUT_MS } from '../config/defaults.js'
import type { RedisOption } from '../config/options.js'
import { ConfigError } from '../errors.js'
import { Connection } from '../store/connection/connection.js'

/** Makes a connection for a `redis` option that was checked before. @throws ConfigError if there is none */
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
