// The names of destinations in Redis.
import { digester } from './digest.js'

/** A process has a few urls only. */
const MAX_KNOWN = 100

/** Names a url in Redis without showing it. Alerts are kept by destination, and are only ever delivered to that one. */
export const destinationId: (url: string) => string = digester(MAX_KNOWN)
