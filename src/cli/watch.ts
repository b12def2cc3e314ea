// `logsiren watch`: passes standard input on unchanged, and counts the errors in it. Nothing that happens here slows down or ends the program
// that writes the lines.
import { once } from 'node:events'
import type { LogsirenOptions } from '../config/options.js'
import { resolveSettings } from '../config/settings.js'
import type { AlertEvent, DeliveredEvent, ResolvedEvent } from '../evaluator/events.js'
import type { ParserName } from '../record/foreign-lines/event-reader.js'
import { createLineStream } from '../stream/line-stream.js'
import { mixedIntake } from '../stream/mixed-intake.js'
import { openTextIntake, type TextIntake } from '../stream/text-intake.js'
import { counted, oneLine } from '../text.js'
import type { Terminal } from './terminal.js'

export interface WatchSettings {
  readonly parser: ParserName
  /** Also print on standard error when an alert is raised, delivered or resolved. */
  readonly verbose: boolean
}

/**
 * Resolves once the input has ended, all of it is passed on, and each alert that it raised is delivered.
 * @throws an Error that says who goes on with an alert that is not, or why not all could be passed on
 */
export async function runWatch(
  options: LogsirenOptions,
  { parser, verbose }: WatchSettings,
  terminal: Terminal,
): Promise<void> {
  const say = (text: string): void => void terminal.stderr.write(`logsiren: ${text.replace(/^logsiren: /, '')}\n`)
  // If the reader of standard error has left, `watch` goes on without it.
  terminal.stderr.on('error', () => {})
  const intake = openTextIntake(options, 'watch')
  report(intake, verbose, say)
  const undelivered = undeliveredIn(intake)
  const isAlerting =
    options.redis !== undefined || resolveSettings(options, undefined).rules.some(({ url }) => url !== '')
  if (!isAlerting) say('neither --url nor --redis is given: lines are passed on, but no alert is ever sent')
  if (terminal.stdin.isTTY === true) say('reading from the terminal; end with Ctrl-D')
  const parsed = parser === 'json' ? intake : mixedIntake(intake, parser)
  const lines = createLineStream(Promise.resolve(parsed), () => false)
  const quit = new AbortController()
  const release = holdSignals(terminal, quit)
  let failure: string | undefined
  try {
    failure = await passOn(terminal, { observe: (chunk) => void lines.write(chunk), say, signal: quit.signal })
  } finally {
    release()
    lines.end()
    if (!lines.closed) await once(lines, 'close')
  }
  const faults = [
    ...(failure === undefined ? [] : [`not all lines could be passed on (${failure})`]),
    ...(undelivered.size === 0 ? [] : [sentenceOn([...undelivered.values()], options.redis !== undefined)]),
  ]
  if (faults.length > 0) throw new Error(faults.join('; '))
}

/** The alerts that this process has raised and not delivered, by their ids, as it goes on. */
function undeliveredIn({ evaluator }: TextIntake): ReadonlyMap<string, AlertEvent> {
  const undelivered = new Map<string, AlertEvent>()
  evaluator.on('alert', (alert) => undelivered.set(alert.id, alert))
  evaluator.on('delivered', ({ id }) => undelivered.delete(id))
  return undelivered
}

/** What was not delivered, and who may still deliver it. */
function sentenceOn(alerts: readonly AlertEvent[], hasRedis: boolean): string {
  const rules = [...new Set(alerts.map(({ rule }) => rule))].join(', ')
  const what = `${counted(alerts.length, 'alert')} of ${rules} could not be delivered before the end`
  if (!hasRedis) return `${what}, and nobody goes on with it: without --redis an alert ends with its process`
  return alerts.some(({ degraded }) => degraded === true)
    ? `${what}; raised while Redis was away, it is lost unless Redis was back by the end`
    : `${what}; another process with this Redis and config goes on with it, or the next one that starts`
}

interface PassSettings {
  readonly observe: (chunk: Buffer) => void
  readonly say: (text: string) => void
  readonly signal: AbortSignal
}

/**
 * Writes each chunk to standard output, then hands it to `observe`. Like `tee -p` it goes on reading if standard output cannot be written any
 * more: if it ended, SIGPIPE would end the program before it, and its further errors would not count. Resolves at the end of the input with
 * the code of the failure to write, or undefined if there was none or the reader has just left.
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
 * Keeps signals from ending the process before its input ends. Ctrl-C, or the stop of a service, sends the signal to every program of a
 * pipeline at once. If this process ended first, the last lines of the program before it, and their errors, would be lost. Reading
 * still ends with any signal while the input is a terminal, which no other program ends, and with a second SIGTERM. The returned function, called
 * once the input has ended, removes the listeners, so that the next signal ends the process at once.
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
  const listeners = [
    ['SIGINT', onInterrupt],
    ['SIGHUP', onInterrupt],
    ['SIGTERM', onTerminate],
  ] as const
  for (const [name, listener] of listeners) process.on(name, listener)
  return () => {
    for (const [name, listener] of listeners) process.off(name, listener)
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
