// `path/silences` and `path/silences/ID`: lists, sets and ends silences; see src/admin/README, Admin endpoint.
import type { Control } from '../control/control.js'
import { checkedSilence } from '../control/silences.js'
import { empty, json, problem } from './answer.js'
import type { AdminRequest } from './exchange.js'
import { readJson } from './read-json.js'

/** What stands before the id in the route of one silence. */
export const ONE_SILENCE = '/silences/'

export async function listSilences({ silences }: Control): Promise<Response> {
  return json(await silences.list())
}

export async function addSilence({ silences }: Control, request: AdminRequest): Promise<Response> {
  const read = await readJson(request)
  if (read.kind === 'refused') return read.answer
  const { silence, note } = await silences.add(checkedSilence(read.value, 'for_seconds'))
  // Relative to where this was sent, whatever path a proxy has put in place of ours.
  return json({ ...silence, note }, { Location: `silences/${silence.id}` }, 201)
}

export async function endSilence({ silences }: Control, { route }: AdminRequest): Promise<Response> {
  const hasEnded = await silences.end(route.slice(ONE_SILENCE.length))
  return hasEnded ? empty(204) : problem(404, 'There is no silence of this id, or it has ended')
}
