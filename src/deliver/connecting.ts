// What a request needs of undici and of ours, loaded when there is one. Packages that are CommonJS are imported by statements alone:
// bundlers do not agree on what `import()` gives of them.
export { buildConnector, Client, request } from 'undici'
export { guardedLookup } from './address-guard.js'
export { routedConnector } from './routed-connector.js'
