// Many members of a fleet in one process: real evaluators, each with its own connection, its own batches and its own heartbeat.
import { setTimeout as sleep } from 'node:timers/promises'
import { createEvaluator } from 'logsiren'

/** So many connect at once. */
const CONNECTING = 100
const TICK_MS = 50

const members = []
let storm

const now = () => performance.timeOrigin + performance.now()

const commands = {
  async start({ count, options }) {
    while (members.length < count) {
      const some = Array.from({ length: Math.min(CONNECTING, count - members.length) }, () => createEvaluator(options))
      members.push(...some)
      await Promise.all(some.map((member) => member.flush()))
    }
  },

  /** From now on each member has so many errors a second, spread over the members and the second. */
  storm({ errorsPerSecond }) {
    clearInterval(storm)
    if (errorsPerSecond === 0) return
    const record = { statusCode: 503, model: 'storm' }
    let owed = 0
    let next = 0
    let last = performance.now()
    storm = setInterval(() => {
      const elapsed = performance.now() - last
      last += elapsed
      for (owed += (elapsed / 1000) * errorsPerSecond * members.length; owed >= 1; owed -= 1) {
        members[next].observe(record)
        next = (next + 1) % members.length
      }
    }, TICK_MS)
  },

  /** One error of a group at each of some members; says when the last was observed. */
  probe({ group, count }) {
    for (let i = 0; i < count; i += 1) {
      const member = members[Math.floor(Math.random() * members.length)]
      member.observe({ statusCode: 503, model: 'probe', group })
    }
    return now()
  },

  stats() {
    const sum = (name) => members.reduce((total, member) => total + member.stats()[name], 0)
    return { errors: sum('errors'), dropped: sum('dropped'), storeFailures: sum('storeFailures') }
  },

  async end() {
    clearInterval(storm)
    await Promise.race([Promise.all(members.map((member) => member.close())), sleep(5000)])
    process.exit()
  },
}

process.on('message', async ({ name, ...args }) => process.send((await commands[name](args)) ?? null))
