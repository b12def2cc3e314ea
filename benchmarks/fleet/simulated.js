// Members of a fleet that only do what Redis sees of them: their own connection, the batches that a real evaluator sends, by its own
// schedule. A machine that has to hold Redis as well can run ten thousand of these, and not of the real ones.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
// By its path, since it is not for users: simulated processes must keep to the very rule of real ones.
import { HEARTBEAT_MS, SPACING_MS, spacingMs } from '../../.build/evaluator/counting/pace.js'
import { ENTRY, HEAD, HEAD_KEYS, RULE, RULE_KEYS, STORM_KEYS } from '../../.build/store/redis/batch-protocol.js'

const CONNECTING = 200
const SHORTEST_WINDOW_MS = 60_000
/** Of EVALSHA, before the keys: the command, the hash, the number of keys. */
const BEFORE_KEYS = 3
const headNames = Object.keys(HEAD)
const ruleNames = Object.keys(RULE)
const ruleLength = ruleNames.length
const entryLength = Object.keys(ENTRY).length
/** As in pace.ts. */
const ANSWERS = 4

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
  const at = (name) => firstArgument + headNames.indexOf(name)
  const ruleCount = Number(texts[at('ruleCount')])
  const firstRule = firstArgument + headNames.length
  const firstEntry = firstRule + ruleCount * ruleLength
  // A rule with groups has keys for their storms, too.
  const keyCounts = Array.from({ length: ruleCount }, (_, i) => {
    const limit = texts[firstRule + i * ruleLength + ruleNames.indexOf('maxAlertsPerMinute')]
    return RULE_KEYS.length + (limit === '0' ? 0 : STORM_KEYS.length)
  })
  const keyCount = keyCounts.reduce((sum, count) => sum + count, HEAD_KEYS.length)
  // The number of errors of the entry's one count: after the entry's own members, and the count's age.
  const errorsAt = firstEntry + entryLength + 1
  // What a process tells of itself comes a few times a minute only.
  for (const name of ['growth', 'process', 'announced']) texts[at(name)] = ''
  const heartbeat = [
    ...texts.slice(0, 2),
    `${keyCount}`,
    ...texts.slice(BEFORE_KEYS, BEFORE_KEYS + keyCount),
    ...texts.slice(firstArgument, firstEntry),
  ]
  const argumentsMoved = heartbeat.length - firstEntry
  heartbeat[at('entryCount') + argumentsMoved] = '0'
  let [sequence, roundTripsMs, startedMs, aheadMs] = [0, [0], performance.now(), undefined]
  let timer
  let answer = ''
  const member = { socket, errorsPerSecond: 0, errors: 0, plan }

  function plan() {
    clearTimeout(timer)
    const since = performance.now() - startedMs
    const wholeMs = spacingMs(Math.min(...roundTripsMs), SHORTEST_WINDOW_MS)
    const spacing = wholeMs > SPACING_MS ? wholeMs * (0.8 + 0.2 * Math.random()) : wholeMs
    const wait = member.errorsPerSecond > 0 ? spacing - since : HEARTBEAT_MS * (0.8 + 0.4 * Math.random())
    timer = setTimeout(send, Math.max(0, wait))
  }

  function send() {
    const elapsed = performance.now() - startedMs
    startedMs += elapsed
    sequence += 1
    const errors = Math.round((elapsed / 1000) * member.errorsPerSecond)
    member.errors += errors
    // Nothing waits while it is idle: a heartbeat has no entries.
    const [sent, moved] = errors > 0 ? [texts, 0] : [heartbeat, argumentsMoved]
    sent[at('sequence') + moved] = `${sequence}`
    sent[at('sentMs') + moved] = aheadMs === undefined ? '' : `${Math.floor(performance.now() + aheadMs)}`
    if (errors > 0) texts[errorsAt] = `${errors}`
    socket.write(`*${sent.length}\r\n${sent.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`).join('')}`)
  }

  socket.setEncoding('latin1').on('data', (text) => {
    answer += text
    if (answer.startsWith('-')) throw new Error(answer)
    // A batch's answer ends with the list of repaired keys, which is empty, the era, and what was new, which is empty too; without a time it
    // is told the server's.
    const isClock = answer.includes('clock')
    if (!isClock && !/\*0\r\n\$\d+\r\n\d+\r\n\*0\r\n$/.test(answer)) return
    const serverMs = Number(/\d{13}/.exec(answer)?.[0])
    const nowMs = performance.now()
    if (isClock || aheadMs === undefined) aheadMs = serverMs - nowMs
    aheadMs = Math.max(aheadMs, serverMs - nowMs)
    roundTripsMs = [...roundTripsMs, nowMs - startedMs].slice(-ANSWERS)
    answer = ''
    plan()
  })
  return member
}
