// What operators do once a receiver accepts again what it had refused.
import type { ScriptRunner } from '../script.js'
import { destinationId } from './destination-id.js'
import { keyNames } from './keys.js'
import { rearmScript } from './lua/fleet.js'

/**
 * Makes everything that is parked for this url due at once, of all rules and groups; nothing of another url. Each process that has a
 * rule for the url notices with its next batch, an idle one with its next idle batch, within 15 s. Resolves when Redis has it; rejects
 * like `ScriptRunner.run`.
 */
export async function rearm(connection: ScriptRunner, configKey: string, url: string): Promise<void> {
  const { fleet } = keyNames(configKey, connection.isCluster)
  await connection.run(rearmScript, [fleet], [destinationId(url)])
}
