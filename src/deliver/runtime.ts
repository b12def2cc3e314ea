// Where alerts can be delivered as promised.
import { ConfigError } from '../errors.js'

/**
 * Called before anything is counted or sent, since a later failure would be told to nobody.
 *
 * @throws ConfigError where the runtime is Bun: in the place of undici it gives a stand-in, under which an alert that has arrived counts as
 * failed and is sent again, any address can be reached, and no proxy is used
 */
export function checkRuntime(
  versions: { readonly bun?: string } = process.versions as { readonly bun?: string },
): void {
  if (versions.bun === undefined) return
  const message =
    'Expected the runtime to be Node.js, got Bun: its stand-in for undici neither tells that an alert has arrived nor lets an address be refused'
  throw new ConfigError([{ path: '', message }])
}
