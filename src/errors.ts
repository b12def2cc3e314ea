// The errors, warnings and problems that this package reports, with their codes.

/** The codes of the errors that this package exports; README lists exactly these. */
export const errorCodes = {
  config: 'ERR_LOGSIREN_CONFIG',
  redis: 'ERR_LOGSIREN_REDIS',
} as const

/** Every code of a `warning` event; README lists exactly these. */
export const warningCodes = {
  configInvalid: 'CONFIG_INVALID',
  noDestination: 'NO_DESTINATION',
  secretWithheld: 'SECRET_WITHHELD',
  redisUnavailable: 'REDIS_UNAVAILABLE',
  deliveryFailed: 'DELIVERY_FAILED',
  deliveryAbandoned: 'DELIVERY_ABANDONED',
  windowsDiffer: 'WINDOWS_DIFFER',
  workerLost: 'WORKER_LOST',
} as const

export type WarningCode = (typeof warningCodes)[keyof typeof warningCodes]

/** What a `warning` event carries. */
export interface Warning {
  readonly code: WarningCode
  /** What happened and what it means, in a sentence or two; begins with `logsiren: `, and holds no secret and no webhook URL. */
  readonly message: string
}

/** One thing that is wrong with what a user configured. */
export interface Problem {
  /** Where it is, as a dotted path below the options or the document, such as `rules.0.url`; `''` is the whole. */
  readonly path: string
  /** One sentence: what was expected there and, where it is no secret, what was found. */
  readonly message: string
}

/**
 * Options or a config document that cannot be used; it lists every problem at once. Its message begins with `logsiren: `, and
 * lines that begin so are never counted as errors: an application may log it.
 *
 * @example
 * try {
 *   createEvaluator(options)
 * } catch (error) {
 *   if (error instanceof ConfigError) for (const { path, message } of error.problems) report(path, message)
 * }
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

/**
 * Redis did not do what a config store asked of it; `cause` holds the client's own error. Its message begins with `logsiren: `,
 * and lines that begin so are never counted as errors: an application may log it.
 */
export class RedisError extends Error {
  override readonly name = 'RedisError'
  readonly code: typeof errorCodes.redis = errorCodes.redis

  constructor(text: string, options?: ErrorOptions) {
    super(`logsiren: ${text}`, options)
  }
}
