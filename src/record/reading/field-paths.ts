// Where pino-http, Fastify, NestJS, Koa, Express, express-winston, ECS and Google Cloud logging put what a record holds.
// Order matters: the first usable value wins.
import type { LogsirenOptions, RecordField } from '../../config/options.js'
import type { SeverityScale } from '../severity.js'

/** The options that say where in a line things are. */
export type LineShape = Pick<LogsirenOptions, 'fields' | 'messageKey' | 'errorKey' | 'nestedKey' | 'redact'>

/** What a logger says of how it writes its lines. */
export interface LoggerTraits {
  readonly scale: SeverityScale
  readonly messageKey?: string
  readonly errorKey?: string
}

/** Where in this logger's lines things are; the options win where they say otherwise. */
export function lineShapeOf({ scale, ...keys }: LoggerTraits, options: LineShape): LineShape {
  return { ...keys, ...options }
}

/** Default line paths of each record field; `errorMessage` holds the explicit ones only, see `messagePaths`. */
export const fieldPaths: Readonly<Record<RecordField, readonly string[]>> = {
  group: ['group'],
  keyId: ['keyId', 'key_id'],
  model: ['model'],
  providerName: ['providerName', 'provider_name', 'provider.name'],
  providerType: ['providerType', 'provider_type', 'provider.type'],
  statusCode: [
    'res.statusCode',
    'response.statusCode',
    'statusCode',
    'status_code',
    'res.status',
    'response.status',
    'status',
    'http.response.status_code',
    'http.status_code',
    'httpRequest.status',
    'err.statusCode',
    'err.status',
    'error.statusCode',
    'error.status',
  ],
  errorMessage: ['errorMessage', 'error_message', 'err.message', 'error.message', 'error', 'err', 'exception.message'],
  clientIp: [
    'clientIp',
    'client_ip',
    'req.ip',
    'req.remoteAddress',
    'ip',
    'remoteAddress',
    'client.ip',
    'client.address',
    'httpRequest.remoteIp',
    'network.client.ip',
  ],
}

/** The line's own message, read where its level is `error` or worse. */
export const messagePaths: readonly string[] = ['msg', 'message']

/** Members that hold an error, though it may have no message. */
export const errorPaths: readonly string[] = ['err', 'error', 'exception']

export const levelPaths: readonly string[] = ['level', 'log.level', 'severity']

/** Not trace or correlation ids: a job logs many errors under one. */
export const requestIdPaths: readonly string[] = ['reqId', 'req.id', 'requestId', 'request_id', 'http.request.id']

/** What only the last line of a request has. */
export const responseTimePaths: readonly string[] = ['responseTime', 'response_time']

/** With the remote port of its connection a request is told from another that has the same id. */
export const connectionPaths = { method: 'req.method', address: 'req.remoteAddress', port: 'req.remotePort' } as const

/** The request's path, often with its origin and query; below a mounted router `url` is only what is left of it. */
export const requestPathPaths: readonly string[] = [
  'req.originalUrl',
  'req.url',
  'req.path',
  'request.originalUrl',
  'request.url',
  'request.path',
  'originalUrl',
  'url',
  'path',
  'url.path',
  'url.original',
  'http.target',
  'http.url',
  'httpRequest.requestUrl',
  'url.full',
]

/** Behind these the logger's own `name` is the service's, see line-details.ts. */
export const servicePaths: readonly string[] = [
  'service',
  'service.name',
  'serviceName',
  'serviceContext.service',
  'app',
]

export const hostnamePaths: readonly string[] = ['hostname', 'host.name', 'host.hostname', 'host']

/** Where this field is read: what `fields` says, else the defaults. */
export function pathsOf(field: RecordField, shape: LineShape): readonly string[] {
  const override = shape.fields?.[field]
  return override === undefined ? atErrorKey(fieldPaths[field], shape) : [override].flat()
}

/** Wherever `err` is read, the key that the logger has for it comes first. */
export function atErrorKey(paths: readonly string[], { errorKey = 'err' }: LineShape): readonly string[] {
  if (errorKey === 'err') return paths
  return paths.flatMap((path) => (/^err(\.|$)/.test(path) ? [`${errorKey}${path.slice('err'.length)}`, path] : [path]))
}

/** Where the line's own message is read. */
export function messagePathsOf({ messageKey }: LineShape): readonly string[] {
  return messageKey === undefined ? messagePaths : [messageKey, ...messagePaths]
}
