// The levels of log lines, by name.
import type { LevelName } from './options.js'

/** The level names of pino, of winston's npm and syslog sets, and of Google Cloud, on pino's scale. */
export const levelSeverities: Readonly<Record<LevelName, number>> = {
  trace: 10,
  silly: 10,
  debug: 20,
  verbose: 20,
  http: 30,
  info: 30,
  notice: 30,
  warn: 40,
  warning: 40,
  error: 50,
  err: 50,
  crit: 60,
  critical: 60,
  alert: 60,
  emerg: 60,
  fatal: 60,
}

// Object.keys loses the type of the names.
export const levelNames: readonly LevelName[] = Object.keys(levelSeverities) as LevelName[]
