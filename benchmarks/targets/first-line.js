// Another target, which tells when it has let its first chunk of lines go.
import { parentPort } from 'node:worker_threads'

export default async ({ module, options }) => {
  const { default: target } = await import(module)
  const stream = await target(options)
  const write = stream._write
  stream._write = (chunk, encoding, done) => {
    stream._write = write
    stream._write(chunk, encoding, (error) => {
      parentPort.postMessage({ code: 'EVENT', name: 'first-line', args: [] })
      done(error)
    })
  }
  return stream
}
