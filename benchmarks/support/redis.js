// A Redis of our own on loopback, without persistence, ended by its process id; and what it says of itself.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { findRedisServers } from '../../test/fixtures/find-programs.js'

export async function startRedis(extraArgs = []) {
  const [program] = findRedisServers()
  assert(program !== undefined, 'No Redis found: run `npm test`, which says how to get one.')
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...extraArgs]
  const server = spawn(program, args, { stdio: 'ignore' })
  const url = `redis://127.0.0.1:${port}`
  const client = new Redis(url, { retryStrategy: () => 50 })
  client.on('error', () => {})
  while (client.status !== 'ready') await sleep(20)
  return {
    url,
    client,
    close: async () => {
      client.disconnect()
      server.kill()
      await once(server, 'exit')
    },
  }
}

/** Calls of each command since the server started, those that scripts made included, and CPU seconds used. */
export async function usageOf(client) {
  const [stats, cpu] = [await client.info('commandstats'), await client.info('cpu')]
  const calls = Object.fromEntries(
    [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name, count]) => [name, Number(count)]),
  )
  const used = [...cpu.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].reduce(
    (sum, [, seconds]) => sum + Number(seconds),
    0,
  )
  return { calls, cpuSeconds: used }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
