// The silences of operators in Redis, as whoever changes them sees them.
import { RedisError } from '../../errors.js'
import { nodeCrypto } from '../../node-crypto.js'
import { readSilence, type Silence } from '../../rule/silence.js'
import { listOf } from '../../unknown.js'
import { reasonOf } from '../connection/reasons.js'
import { readSilences } from '../redis/batch-replies.js'
import { keyNames } from '../redis/keys.js'
import type { ScriptRunner } from '../script.js'
import { addSilenceScript, endSilenceScript, listSilencesScript } from './silence-scripts.js'

/** What an operator says of a silence. */
export interface NewSilence extends Omit<Silence, 'id' | 'untilMs' | 'createdAtMs'> {
  readonly forMs: number
}

const ID_LENGTH = 8
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'

const [adding, ending, listing] = [addSilenceScript(), endSilenceScript(), listSilencesScript()]

export class SilenceKey {
  readonly #runner: Pick<ScriptRunner, 'run'>
  readonly #key: string

  constructor(runner: Pick<ScriptRunner, 'run' | 'isCluster'>, configKey: string) {
    this.#runner = runner
    this.#key = keyNames(configKey, runner.isCluster).silences
  }

  /** Those that have not ended, the one that ends first in front. @throws RedisError where Redis does not answer */
  async list(): Promise<readonly Silence[]> {
    const [now, listed] = listOf(await this.#run(listing, []))
    return inForce(listed, Number(now))
  }

  /** Undefined where there are as many as there may be. @throws RedisError */
  async add({ forMs, ...members }: NewSilence): Promise<Silence | undefined> {
    const id = newId()
    const rest = JSON.stringify({ id, ...members }).slice(1)
    return readSilence(String(await this.#run(adding, [newVersion(), id, forMs, rest])))
  }

  /** Gives whether there was one of this id that had not ended. @throws RedisError */
  async end(id: string): Promise<boolean> {
    return (await this.#run(ending, [newVersion(), id])) === 1
  }

  async #run(script: typeof adding, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await this.#runner.run(script, [this.#key], args)
    } catch (cause) {
      throw new RedisError(`Expected Redis to answer for the silences, got: ${reasonOf(cause)}`, { cause })
    }
  }
}

/** Of silences as Redis lists them, those that have not ended, the one that ends first in front. */
export function inForce(listed: unknown, nowMs: number): readonly Silence[] {
  return readSilences(listed)
    .filter(({ untilMs }) => untilMs > nowMs)
    .sort((a, b) => a.untilMs - b.untilMs || a.createdAtMs - b.createdAtMs)
}

function newId(): string {
  const { randomInt } = nodeCrypto()
  return Array.from({ length: ID_LENGTH }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('')
}

/** No two writes have the same, so a process that knows one knows what it stands for. */
function newVersion(): string {
  return nodeCrypto().randomBytes(9).toString('base64url')
}
