// A Lua script with its hash, and the port through which scripts run.
import { nodeCrypto } from '../node-crypto.js'

/** A script as EVALSHA and EVAL take it. */
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

/** Runs scripts on a Redis: a connection, or the simulation's model of one. */
export interface ScriptRunner {
  readonly isCluster: boolean
  /** Resolves with the script's reply; rejects if the script failed, did not run, or nobody knows whether it ran. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>
  /** Calls back each time the connection becomes usable. */
  onReady(listener: () => void): void
  /** Starts connecting; may be called again at any time. */
  open(): void
  /** Drops the connection; what has no answer by then fails. */
  close(): void
}
