// One real Redis for all seeds, on a unix socket and pipelined. It ends with this process, however that ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Script } from '../../src/store/script.js'
import { findRedisServers } from '../fixtures/find-programs.js'
import { Replies } from './replies.js'
import { NOW_KEY } from './virtual-time.js'

/** A shell that runs the server and kills it when the shell's input ends, which it does even when this process is killed. */
const WATCHED = '"$@" > /dev/null & server=$!; cat > /dev/null; kill -9 $server; wait'
const START_TRIES = 500

export class Server {
  readonly #keeper: ChildProcess
  readonly #folder: string
  readonly #socket: Socket
  readonly #waiting: ((reply: unknown) => void)[] = []
  readonly #loaded = new Set<string>()
  #unsent: string[] = []

  private constructor(keeper: ChildProcess, folder: string, socket: Socket) {
    this.#keeper = keeper
    this.#folder = folder
    this.#socket = socket
    const replies = new Replies((reply) => this.#waiting.shift()?.(reply))
    socket.on('data', (bytes) => replies.take(bytes))
  }

  static async start(): Promise<Server> {
    const [program] = findRedisServers()
    if (program === undefined) throw new Error('No Redis found: run `npm test`, which says how to get one.')
    const folder = mkdtempSync(join(tmpdir(), 'logsiren-simulation-'))
    const path = join(folder, 'redis.sock')
    const place = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', '', '--appendonly', 'no']
    const keeper = spawn('sh', ['-c', WATCHED, 'sh', program, ...place], { stdio: ['pipe', 'ignore', 'ignore'] })
    for (let tries = 0; tries < START_TRIES; tries += 1) {
      const socket = await connected(path)
      if (socket !== undefined) return new Server(keeper, folder, socket)
      await sleep(10)
    }
    keeper.stdin?.end()
    throw new Error('Expected a Redis to start')
  }

  /** Resolves with the reply, an Error where Redis answers with one; never rejects. All commands of a turn are written together. */
  command(...args: readonly (string | number)[]): Promise<unknown> {
    const parts = args.map((arg) => `$${Buffer.byteLength(String(arg))}\r\n${arg}\r\n`)
    if (this.#unsent.length === 0) setImmediate(() => this.#send())
    this.#unsent.push(`*${args.length}\r\n${parts.join('')}`)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Runs a script as if the server's clock showed `nowMs`. */
  run(script: Script, keys: readonly string[], args: readonly (string | number)[], nowMs: number): Promise<unknown> {
    if (!this.#loaded.has(script.sha1)) void this.command('SCRIPT', 'LOAD', script.text)
    this.#loaded.add(script.sha1)
    void this.command('SET', NOW_KEY, Math.floor(nowMs))
    return this.command('EVALSHA', script.sha1, keys.length, ...keys, ...args)
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#keeper.once('exit', resolve))
    this.#socket.destroy()
    this.#keeper.stdin?.end()
    await ended
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #send(): void {
    this.#socket.write(this.#unsent.join(''))
    this.#unsent = []
  }
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}
