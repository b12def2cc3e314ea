/** Every error code that leaves this package; README lists exactly these. */
export const errorCodes = {
  config: 'ERR_LOGSIREN_CONFIG',
  redis: 'ERR_LOGSIREN_REDIS',
} as const

/** Every code of a `warning` event; README lists exactly these. */
export const warningCodes = {
  configInvalid: 'CONFIG_INVALID',
  secretWithheld: 'SECRET_WITHHELD',
  redisUnavailable: 'REDIS_UNAVAILABLE',
  deliveryFailed: 'DELIVERY_FAILED',
  deliveryAbandoned: 'DELIVERY_ABANDONED',
  windowsDiffer: 'WINDOWS_DIFFER',
  workerLost: 'WORKER_LOST',
} as const

export type WarningCode = (typeof warningCodes)[keyof typeof warningCodes]

/** What a `warning` event carries. The message begins with `logsiren: ` and never holds a secret or a webhook URL. */
export interface Warning {
  readonly code: WarningCode
  readonly message: string
}

/** One thing that is wrong with what a user configured. */
export interface Problem {
  /** Where, as a dotted path below the options or the document; `''` is the whole. */
  readonly path: string
  /** One sentence: what was expected there and, where it is no secret, what was found. */
  readonly message: string
}

/**
 * Options or a config document that cannot be used; it lists every problem at once.
 * The messages of both classes begin as all of ours do, so that an application may log them uncounted.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code: typeof errorCodes.config = errorCodes.config
  readonly problems: readonly Problem[]

  /** @param subject - named before the problems in the message, such as `bad options` */
  constructor(problems: readonly Problem[], subject?: string) {
    const text = problems.map((problem) => problem.message).join('; ')
    super(`logsiren: ${subject === undefined ? '' : `${subject}: `}${text}`)
    this.problems = problems
  }
}

/** Redis did not do what a config store asked of it; `cause` holds the client's own error. */
export class RedisError extends Error {
  override readonly name = 'RedisError'
  readonly code: typeof errorCodes.redis = errorCodes.redis

  constructor(text: string, options?: ErrorOptions) {
    super(`logsiren: ${text}`, options)
  }
}
