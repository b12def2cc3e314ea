// One batch as a real evaluator sends it, to be sent again by simulated ones.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { createEvaluator } from 'logsiren'

/** The texts of the EVALSHA of one error, once everything about its series is known, and the client id in it. */
export async function captureBatch(port, options) {
  let bytes = Buffer.alloc(0)
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1')
    client.on('data', (chunk) => {
      bytes = chunk
      server.write(chunk)
    })
    server.on('data', (chunk) => client.write(chunk))
    client.on('close', () => server.destroy()).on('error', () => server.destroy())
    server.on('error', () => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const evaluator = createEvaluator({ ...options, redis: `redis://127.0.0.1:${proxy.address().port}` })
  for (let i = 0; i < 3; i += 1) {
    evaluator.observe({ statusCode: 503, model: 'storm' })
    await evaluator.flush()
  }
  const command = textsOf(bytes.toString('utf8'))
  await evaluator.close()
  proxy.close()
  return { command, clientId: command[3 + Number(command[2]) + 1] }
}

/** The bulk strings of one command; none of these has a line break. */
function textsOf(text) {
  const lines = text.split('\r\n')
  return lines.slice(1, -1).filter((_, i) => i % 2 === 1)
}
