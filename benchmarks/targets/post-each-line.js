// What many transports do: one POST for each line, the next when it has been answered.
import build from 'pino-abstract-transport'

export default ({ url }) =>
  build(async (source) => {
    for await (const line of source) {
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(line) })
      await answer.arrayBuffer()
    }
  })
