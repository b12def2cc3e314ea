// `logsiren admin`: the admin endpoint and its page on a server of its own.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Command } from 'commander'
import type { AdminOptions } from '../admin.js'
import { controlOptionNames } from '../config/engine-options.js'
import { command, type Flags, type ProgramParts, portOf, readControl, VARIABLES } from './command.js'
import type { Terminal } from './terminal.js'
import { asUsage } from './usage-error.js'

export function adminCommand(parts: ProgramParts): Command {
  return command('admin', 'Serves the admin endpoint and its page', parts, controlOptionNames)
    .requiredOption('--port <n>', 'port to listen on; 0 for any', portOf)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--path <path>', 'where it is served', '/admin/logs/webhook')
    .option(
      '--token <token>',
      'whoever sends it may do everything (better: LOGSIREN_TOKEN); made up where none is given',
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

/** Serves until the signal ends it. Where no token is given one is made, and shown once. */
async function serveAdmin(
  { token, path, ...options }: AdminOptions & { readonly path: string },
  { port, host }: ServeSettings,
  { stdout }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const made = token === undefined ? randomBytes(18).toString('base64url') : undefined
  const { createAdminHandler } = await import('../admin.js')
  const handler = opened(() => createAdminHandler({ ...options, path, token: token ?? made }))
  const server = createServer(handler)
  try {
    server.listen(port, host)
    // Rejects where the port is taken.
    await once(server, 'listening')
    const { port: bound, address, family } = server.address() as AddressInfo
    const shownHost = family === 'IPv6' ? `[${address}]` : address
    stdout.write(`Open http://${shownHost}:${bound}${path.replace(/\/$/, '')}/\n`)
    if (made !== undefined) stdout.write(`Token, for this run: ${made}\n`)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    server.close()
    server.closeAllConnections()
    await handler.close()
  }
}

function opened<T>(open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw asUsage(error)
  }
}
