// The floor: the least that a worker can do with its lines, which is to let them go.
import { Writable } from 'node:stream'

export default () => new Writable({ decodeStrings: false, write: (_chunk, _encoding, done) => done() })
