// `logsiren`: an evaluator for records, the backtest, the store of the run-time config, and the silences.
export type { BacktestAlert, UnlistedAlerts } from './backtest/alert-list.js'
export { type BacktestInput, type BacktestOptions, type BacktestReport, backtest } from './backtest/backtest.js'
export type { BacktestRun } from './backtest/replay.js'
export type { BacktestTimeline, TimelineSeries } from './backtest/timeline.js'
export type {
  ClusterTarget,
  Condition,
  Format,
  LevelName,
  LineField,
  LogsirenOptions,
  Match,
  RecordField,
  RedisClient,
  RedisClientOptions,
  RedisOption,
  RuleDefinition,
  RuleOptions,
  Scalar,
  WindowType,
} from './config/options.js'
export {
  type ConfigStore,
  type ConfigStoreOptions,
  createConfigStore,
  type GivenConfig,
  type RuntimeConfig,
} from './control/config-store.js'
export {
  createSilences,
  type GivenSilence,
  type Silence,
  type Silences,
  type SilencesOptions,
} from './control/silences.js'
export { ConfigError, type Problem, RedisError, type Warning, type WarningCode } from './errors.js'
export { createEvaluator, type Evaluator } from './evaluator/evaluator.js'
export type { AlertEvent, DeliveredEvent, Events, ResolvedEvent } from './evaluator/events.js'
export type { Stats } from './evaluator/stats.js'
export type { GivenRecord, LogRecord } from './record/log-record.js'
