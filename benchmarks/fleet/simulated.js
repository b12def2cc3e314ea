// Members of a fleet that only do what Redis sees of them: their own connection, the batches that a real evaluator sends, by its own
// schedule. A machine that has to hold Redis as well can run ten thousand of these, and not of the real ones.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
// By its path, since it is not for users: simulated processes must keep to the very rule of real ones.
import { HEARTBEAT_MS, SPACING_MS, spacingMs } from '../../dist/evaluator/counting/pace.js'

const CONNECTING = 200
const SHORTEST_WINDOW_MS = 60_000
/** Of the arguments of EVALSHA, before the keys: the command, the hash, the number of keys. */
const BEFORE_KEYS = 3

const members = []

const commands = {
  /** `command` is one batch of a real evaluator, as a list of texts; `clientId` says where its own id stands in it. */
  async start({ count, port, command, clientId }) {
    while (members.length < count) {
      const some = Array.from({ length: Math.min(CONNECTING, count - members.length) }, (_, i) =>
        newMember(port, command, clientId, `simulated${process.pid}x${members.length + i}`),
      )
      members.push(...some)
      await Promise.all(some.map(({ socket }) => once(socket, 'connect')))
    }
    for (const member of members) member.plan()
  },

  storm({ errorsPerSecond }) {
    for (const member of members) member.errorsPerSecond = errorsPerSecond
    if (errorsPerSecond > 0) for (const member of members) setTimeout(() => member.plan(), Math.random() * 1000)
  },

  stats() {
    return { storeFailures: 0, dropped: 0, errors: members.reduce((sum, { errors }) => sum + errors, 0) }
  },

  async end() {
    for (const { socket } of members) socket.destroy()
    await sleep(0)
    process.exit()
  },
}

process.on('message', async ({ name, ...args }) => process.send((await commands[name](args)) ?? null))

function newMember(port, command, clientId, ownId) {
  const socket = connect(port, '127.0.0.1').setNoDelay()
  const texts = command.map((text) => text.replaceAll(clientId, ownId))
  const firstArgument = BEFORE_KEYS + Number(texts[2])
  const counts = texts.lastIndexOf('1')
  const [sequenceAt, sentAt, totalsAt, intervalAt] = [2, 3, 5, 6].map((at) => firstArgument + at)
  texts[sentAt] = ''
  texts[totalsAt] = ''
  let [sequence, intervalMs, startedMs, tookMs] = [0, SPACING_MS, performance.now(), 0]
  let timer
  let answer = ''
  const member = { socket, errorsPerSecond: 0, errors: 0, plan }

  function plan() {
    clearTimeout(timer)
    const since = performance.now() - startedMs
    const spacing = intervalMs > SPACING_MS ? intervalMs * (0.8 + 0.2 * Math.random()) : intervalMs
    const wait = member.errorsPerSecond > 0 ? spacing - since : HEARTBEAT_MS * (0.8 + 0.4 * Math.random())
    timer = setTimeout(send, Math.max(0, wait))
  }

  function send() {
    const elapsed = performance.now() - startedMs
    startedMs += elapsed
    sequence += 1
    const errors = Math.round((elapsed / 1000) * member.errorsPerSecond)
    member.errors += errors
    texts[sequenceAt] = `${sequence}`
    texts[intervalAt] = `${Math.ceil(Math.max(intervalMs, tookMs))}`
    texts[counts] = `${Math.max(1, errors)}`
    // Nothing waits while it is idle: a heartbeat has no entries.
    const sent = errors > 0 ? texts : heartbeat()
    socket.write(`*${sent.length}\r\n${sent.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`)
  }

  function heartbeat() {
    const keys = texts.slice(BEFORE_KEYS, BEFORE_KEYS + 7)
    const args = texts.slice(firstArgument, firstArgument + 7)
    args[4] = '0'
    return [...texts.slice(0, 2), '7', ...keys, ...args]
  }

  socket.setEncoding('latin1').on('data', (text) => {
    answer += text
    // The last of a batch's answer is a number, and nothing else is under way.
    const full = /:(\d+)\r\n$/.exec(answer)
    if (answer.startsWith('-')) throw new Error(answer)
    if (full === null) return
    tookMs = performance.now() - startedMs
    intervalMs = spacingMs({ fullMs: Number(full[1]), shortestWindowMs: SHORTEST_WINDOW_MS })
    answer = ''
    plan()
  })
  return member
}
