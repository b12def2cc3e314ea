// Chooses the driver of the store.
import type { Clock } from '../clock.js'
import { redisTarget } from '../config/checks/redis-option.js'
import { DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_CONFIG_KEY } from '../config/defaults.js'
import type { LogsirenOptions } from '../config/options.js'
import { Connection } from './connection/connection.js'
import { MemoryStore } from './memory/memory-store.js'
import { RedisStore } from './redis/redis-store.js'
import type { Store } from './store.js'

/** The store that the options ask for: Redis, or the memory of this process where they name no Redis. It connects when first used. */
export function openStore(options: LogsirenOptions, clock: Clock): Store {
  const { redis, configKey = DEFAULT_CONFIG_KEY, closeTimeoutMs = DEFAULT_CLOSE_TIMEOUT_MS } = options
  const target = redisTarget(redis)
  if (target === undefined) return new MemoryStore(clock)
  const connectTimeoutMs = Math.min(closeTimeoutMs, DEFAULT_CLOSE_TIMEOUT_MS)
  const connection = new Connection({ target, clock, connectTimeoutMs, holdsProcess: false })
  return new RedisStore({ connection, configKey, clock })
}
