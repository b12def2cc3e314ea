import pino from 'pino'
import t from 'tap'
import winston from 'winston'
import { levelNames, levelSeverities } from '../../src/config/levels.js'

await t.test("has pino's own levels with pino's own numbers", async (t) => {
  t.hasStrict(levelSeverities, pino.levels.values)
})

await t.test("knows every name of winston's npm and syslog sets", async (t) => {
  for (const name of Object.keys({ ...winston.config.npm.levels, ...winston.config.syslog.levels })) {
    t.ok(Object.hasOwn(levelSeverities, name), name)
  }
})

await t.test("keeps the order of winston's sets: no name is milder than one that winston ranks below it", async (t) => {
  for (const set of [winston.config.npm.levels, winston.config.syslog.levels]) {
    const ranked = Object.entries(set)
      .toSorted(([, a], [, b]) => a - b)
      .map(([name]) => levelSeverities[name as keyof typeof levelSeverities])
    t.strictSame(
      ranked,
      ranked.toSorted((a, b) => b - a),
    )
  }
})

await t.test('what winston and syslog rank above error is worse than error', async (t) => {
  for (const name of ['crit', 'alert', 'emerg', 'critical', 'fatal'] as const) t.ok(levelSeverities[name] > 50, name)
})

await t.test('lists the names once each', async (t) => {
  t.strictSame(levelNames, Object.keys(levelSeverities))
})
