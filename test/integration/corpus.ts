// Lines as programs in the world write them (fixtures/lines/corpus), each read the way that a user's program has it read, and what an alert
// then says. Each line of the tables is a case.
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import express from 'express'
import Fastify from 'fastify'
import pino from 'pino'
import { pinoHttp } from 'pino-http'
import t from 'tap'
import winston from 'winston'
import logsirenPino from '../../src/pino.js'
import { createLineStream } from '../../src/stream/line-stream.js'
import { mixedIntake } from '../../src/stream/mixed-intake.js'
import { openTextIntake } from '../../src/stream/text-intake.js'
import { LogsirenTransport } from '../../src/winston.js'
import { type Receiver, startReceiver } from '../fixtures/receiver.js'
import { root } from '../fixtures/root.js'

interface Expected {
  /** Events that count, not lines. */
  readonly errors: number | readonly number[]
  // Of the newest error. A list has what would be right as well; what is left out may be anything.
  readonly message?: string | readonly string[]
  readonly status?: number
  readonly client?: string | readonly string[]
  readonly path?: string | readonly string[]
}

interface Case {
  readonly kind: string
  readonly via: 'watch --parser auto' | 'json' | 'pino' | 'winston'
  readonly options: object
  /** Text; of `pino` and `winston` code in which `target` is the transport. */
  readonly input: string
  readonly expected: Expected
  /** Whose lines these are: a page, a thread, a program, or `constructed`. */
  readonly source: string
}

type Seen = Record<keyof Expected, unknown>

/** What no alert may hold, wherever it stands in a line. */
const secret = 's3cret'
const folder = `${root}test/fixtures/lines/corpus`
/** Cases that wait for their alert at the same time. */
const AT_ONCE = 24

for (const file of readdirSync(folder).filter((name) => name.endsWith('.ndjson'))) {
  t.test(`reads ${file.replace('.ndjson', '')} as they are meant`, async (t) => {
    const cases = linesOf(readFileSync(`${folder}/${file}`, 'utf8')).map((line) => JSON.parse(line) as Case)
    const receiver = await startReceiver(t)
    const wrong: object[] = []
    for (let first = 0; first < cases.length; first += AT_ONCE) {
      const few = cases.slice(first, first + AT_ONCE)
      const seen = await Promise.all(few.map((one, i) => see(one, receiver, `/${first + i}`)))
      for (const [i, one] of few.entries()) {
        const differences = differencesOf(one, seen[i] as Seen)
        if (differences.length > 0) wrong.push({ line: first + i + 1, ...one, seen: seen[i], differences })
      }
    }
    t.strictSame(wrong, [])
    t.notOk(
      receiver.received.some(({ text }) => text.includes(secret)),
      'no alert holds a secret',
    )
  })
}

/** Runs a case with an alert at its first error, which is sent when all is read, so that its sample is of the newest. */
async function see(one: Case, receiver: Receiver, path: string): Promise<Seen> {
  // However busy the machine is, the alert arrives.
  const patience = { timeoutMs: 30_000, closeTimeoutMs: 60_000 }
  const options = { url: `${receiver.origin}${path}`, threshold: 1, ...patience, ...one.options }
  const errors = await ways[one.via](options, one.input).catch((error: unknown) => `${error}`)
  const body = receiver.received.find((request) => request.path === path)?.body
  return {
    errors,
    message: body?.sample.error_message,
    status: body?.sample.status_code,
    client: body?.sample.client_ip,
    path: body?.top?.path?.[0]?.value,
  }
}

/** By the way in: how many errors of the input count. */
const ways: Record<Case['via'], (options: object, input: string) => Promise<number>> = {
  'watch --parser auto': async (options, input) => {
    const intake = openTextIntake(options, 'watch')
    const stream = createLineStream(Promise.resolve(mixedIntake(intake, 'auto')), () => false)
    // A pipe cuts text anywhere.
    for (let i = 0; i < input.length; i += 61) stream.write(Buffer.from(input.slice(i, i + 61)))
    stream.end()
    await once(stream, 'close')
    return intake.evaluator.stats().errors
  },
  json: async (options, input) => {
    const stream = await logsirenPino(options)
    stream.end(input)
    await once(stream, 'close')
    return stream.stats().errors
  },
  pino: async (options, code) => {
    const target = await logsirenPino(options)
    await run(code, { pino, pinoHttp, Fastify, express, target })
    await target.flush()
    const { errors } = target.stats()
    target.end()
    await once(target, 'close')
    return errors
  },
  winston: async (options, code) => {
    const target = new LogsirenTransport(options)
    await run(code, { winston, target })
    await target.flush()
    const { errors } = target.stats()
    target.end()
    return errors
  },
}

async function run(code: string, names: object): Promise<void> {
  const AsyncFunction = Object.getPrototypeOf(run).constructor
  await new AsyncFunction(...Object.keys(names), code)(...Object.values(names))
}

/** What is not as expected, by name. A secret is a difference wherever it stands. */
function differencesOf({ expected }: Case, seen: Seen): string[] {
  const names = Object.keys(expected) as (keyof Expected)[]
  const wrong = names.filter((name) => {
    const wanted: unknown = expected[name]
    return Array.isArray(wanted) ? !wanted.includes(seen[name]) : wanted !== seen[name]
  })
  return String(seen.message).includes(secret) ? [...wrong, 'secret'] : wrong
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
