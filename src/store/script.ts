// Scripts as Redis takes them, and what runs them.
import { nodeCrypto } from '../node-crypto.js'

export interface Script {
  readonly text: string
  readonly sha1: string
}

export function script(text: string): Script {
  let sha1: string | undefined
  return {
    text,
    get sha1() {
      sha1 ??= nodeCrypto().createHash('sha1').update(text).digest('hex')
      return sha1
    },
  }
}

/** What runs scripts on a Redis: a connection, or in a simulation a model of one. */
export interface ScriptRunner {
  readonly isCluster: boolean
  /** Rejects where the outcome is unknown or nothing happened. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
  /** Calls back each time the connection becomes usable. */
  onReady(listener: () => void): void
  /** Starts connecting; may be called again at any time. */
  open(): void
  /** Drops the connection, and whatever was asked of it and not answered. */
  close(): void
}
