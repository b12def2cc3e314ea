// `logsiren admin`: serves the admin endpoint and the status page on a server of its own.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import type { AdminOptions } from '../admin.js'
import { controlOptionNames } from '../config/engine-options.js'
import { counted } from '../text.js'
import { command, type Flags, type ProgramParts, portOf, readControl, VARIABLES } from './command.js'
import type { Terminal } from './terminal.js'
import { asUsage } from './usage-error.js'

export function adminCommand(parts: ProgramParts): Command {
  return command('admin', 'Serves the admin endpoint and the status page', parts, controlOptionNames)
    .requiredOption('--port <n>', 'port to listen on; 0 for any free one', portOf)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--path <path>', 'path of the endpoint', '/admin/logs/webhook')
    .option(
      '--token <token>',
      'a request with this token may do everything; LOGSIREN_TOKEN keeps it out of process lists. Without either a token is made',
    )
    .addHelpText('after', VARIABLES)
    .action(async ({ port, host, path, token, ...flags }: Flags) => {
      const given = token ?? (parts.variables['LOGSIREN_TOKEN'] || undefined)
      const options = {
        ...readControl(flags, parts),
        path: String(path),
        ...(given !== undefined && { token: String(given) }),
      }
      await serveAdmin(options, { port: Number(port), host: String(host) }, parts.terminal, parts.ended)
    })
}

interface ServeSettings {
  readonly port: number
  readonly host: string
}

/** Serves until the signal is aborted. Without a given token it makes one, and prints it. */
async function serveAdmin(
  { token, path, ...options }: AdminOptions & { readonly path: string },
  { port, host }: ServeSettings,
  { stdout, stderr }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const made = token === undefined ? randomBytes(18).toString('base64url') : undefined
  const { createAdminHandler } = await import('../admin.js')
  const handler = opened(() => createAdminHandler({ ...options, path, token: token ?? made }))
  const server = createServer(handler)
  try {
    server.listen(port, host)
    // Rejects if the port is taken.
    await once(server, 'listening')
    const { port: bound, address, family } = server.address() as AddressInfo
    const shownHost = family === 'IPv6' ? `[${address}]` : address
    stdout.write(`Open http://${shownHost}:${bound}${path.replace(/\/$/, '')}/\n`)
    for (const warning of risksOf(address, token)) stderr.write(`logsiren: ${warning}\n`)
    if (made !== undefined) stdout.write(`Token, for this run: ${made}\n`)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    server.close()
    server.closeAllConnections()
    await handler.close()
  }
}

/** A token with fewer characters can be guessed. */
const MIN_TOKEN_LENGTH = 16

/** What somebody should know who serves this to others: whoever has the token may send alerts anywhere. */
function risksOf(address: string, token: string | undefined): readonly string[] {
  const isLocal = /^(::ffff:)?127\.|^::1$/.test(address)
  return [
    ...(token !== undefined && token.length < MIN_TOKEN_LENGTH
      ? [`the token has ${counted(token.length, 'character')}, which can be guessed: take at least ${MIN_TOKEN_LENGTH}`]
      : []),
    ...(isLocal
      ? []
      : [
          'others can reach this address, and it is served without TLS: put a proxy with TLS in front, or listen on 127.0.0.1',
        ]),
  ]
}

function opened<T>(open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw asUsage(error)
  }
}
