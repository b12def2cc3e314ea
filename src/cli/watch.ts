// `logsiren watch`: passes standard input on as it is, and counts the errors in it. The program whose lines they are comes first:
// it is neither slowed down, nor ended, by anything that happens here.
import { once } from 'node:events'
import type { LogsirenOptions } from '../config/options.js'
import { resolveSettings } from '../config/settings.js'
import type { AlertEvent, DeliveredEvent, ResolvedEvent } from '../evaluator/events.js'
import { compileLineParser, type ParserName } from '../record/foreign-lines/line-parser.js'
import { createLineStream } from '../stream/line-stream.js'
import { mixedIntake } from '../stream/mixed-intake.js'
import { openTextIntake, type TextIntake } from '../stream/text-intake.js'
import { oneLine } from '../text.js'
import type { Terminal } from './terminal.js'

export interface WatchSettings {
  readonly parser: ParserName
  /** Also says what was raised, delivered and resolved. */
  readonly verbose: boolean
}

/** Resolves once the input has ended, all of it is passed on, and what it raised is told or given up on. */
export async function runWatch(
  options: LogsirenOptions,
  { parser, verbose }: WatchSettings,
  terminal: Terminal,
): Promise<void> {
  const say = (text: string): void => void terminal.stderr.write(`logsiren: ${text.replace(/^logsiren: /, '')}\n`)
  // Nobody reads what is said: no reason to end.
  terminal.stderr.on('error', () => {})
  const intake = openTextIntake(options)
  report(intake, verbose, say)
  const isAlerting =
    options.redis !== undefined || resolveSettings(options, undefined).rules.some(({ url }) => url !== '')
  if (!isAlerting) say('neither --url nor --redis is given: lines are passed on, and nobody is ever told')
  if (terminal.stdin.isTTY === true) say('reading from the terminal; end with Ctrl-D')
  const parsed = parser === 'json' ? intake : mixedIntake(intake, compileLineParser(parser))
  const lines = createLineStream(Promise.resolve(parsed), () => false)
  const quit = new AbortController()
  const release = holdSignals(terminal, quit)
  try {
    const failure = await passOn(terminal, { observe: (chunk) => void lines.write(chunk), say, signal: quit.signal })
    if (failure !== undefined) throw new Error(`not all lines could be passed on (${failure})`)
  } finally {
    release()
    lines.end()
    if (!lines.closed) await once(lines, 'close')
  }
}

interface PassSettings {
  readonly observe: (chunk: Buffer) => void
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

/**
 * Hands each chunk to `observe` once it is on its way to standard output. As `tee -p` does, it goes on reading when that cannot
 * be written any more: the program before it would otherwise die of it, and its errors would not count. Resolves to why it
 * cannot, where it is not that its reader has left.
 */
async function passOn(
  { stdin, stdout }: Terminal,
  { observe, say, signal }: PassSettings,
): Promise<string | undefined> {
  let isOpen = true
  let failure: string | undefined
  stdout.on('drain', () => stdin.resume())
  stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE' && failure === undefined) {
      failure = code
      say(`standard output cannot be written (${code}); lines are counted all the same`)
    }
    isOpen = false
    stdin.resume()
  })
  await new Promise<void>((resolve, reject) => {
    stdin.on('data', (chunk: Buffer) => {
      if (isOpen && !stdout.write(chunk)) stdin.pause()
      observe(chunk)
    })
    for (const end of ['end', 'close']) stdin.once(end, () => resolve())
    stdin.once('error', reject)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  stdin.removeAllListeners('data')
  if (signal.aborted) stdin.pause()
  return failure
}

/**
 * Ctrl-C goes to every program of a pipeline, and so does the end of a service: what the others still write is passed on
 * and counted until they have ended. Only where that cannot be meant does a signal end the reading: at a terminal, which is
 * nobody's output, and at a second SIGTERM. Once the input has ended, the next signal ends the process at once.
 */
function holdSignals({ stdin }: Terminal, quit: AbortController): () => void {
  let terminations = 0
  const onInterrupt = (): void => {
    if (stdin.isTTY === true) quit.abort()
  }
  const onTerminate = (): void => {
    terminations += 1
    if (stdin.isTTY === true || terminations > 1) quit.abort()
  }
  const held = [
    ['SIGINT', onInterrupt],
    ['SIGHUP', onInterrupt],
    ['SIGTERM', onTerminate],
  ] as const
  for (const [name, listener] of held) process.on(name, listener)
  return () => {
    for (const [name, listener] of held) process.off(name, listener)
  }
}

function report({ evaluator }: TextIntake, verbose: boolean, say: (text: string) => void): void {
  evaluator.on('warning', ({ message }) => say(oneLine(message)))
  if (!verbose) return
  evaluator.on('alert', (alert) => say(`alert raised: ${described(alert)}`))
  evaluator.on('delivered', (alert) => say(`alert delivered (status ${alert.status}): ${described(alert)}`))
  evaluator.on('resolved', (resolved) => say(`resolved: ${described(resolved)}`))
}

function described(event: AlertEvent | DeliveredEvent | ResolvedEvent): string {
  const { rule, groupBy, count, windowSeconds, sample, id } = event
  const group = Object.entries(groupBy ?? {}).map(([path, value]) => ` ${path}=${value}`)
  const error = [sample.statusCode > 0 ? `status ${sample.statusCode}` : '', sample.errorMessage]
  const last = error.filter((part) => part !== '').join(' ')
  return oneLine(`rule ${rule}${group.join('')}, ${count} errors in ${windowSeconds} s, the last: ${last}; id ${id}`)
}
