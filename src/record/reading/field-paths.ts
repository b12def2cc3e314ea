// Paths at which pino-http, Fastify, NestJS, Koa, Express, express-winston, ECS and Google Cloud logging write what a record holds.
// Their order matters: the first usable value wins.
import type { LineField, LogsirenOptions, RecordField } from '../../config/options.js'
import type { SeverityScale } from '../severity.js'

/** Options that say under which keys and paths a line holds what is read, and which of these are redacted. */
export type LineShape = Pick<LogsirenOptions, 'fields' | 'messageKey' | 'errorKey' | 'nestedKey' | 'redact'>

/** How a logger writes its lines, as it announces it. */
export interface LoggerTraits {
  readonly scale: SeverityScale
  readonly messageKey?: string
  readonly errorKey?: string
}

/** Joins what a logger announces with the options; where both name a key, the options win. */
export function lineShapeOf({ scale, ...keys }: LoggerTraits, options: LineShape): LineShape {
  return { ...keys, ...options }
}

/** Default paths of each record field. Those of `errorMessage` lead to attached errors; the line's own message has `messagePaths`. */
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

/** Paths of a line's own message, which stands in for an error's message if the line's level is `error` or worse. */
export const messagePaths: readonly string[] = ['msg', 'message']

/** Members that hold an error object, with or without a message. */
export const errorPaths: readonly string[] = ['err', 'error', 'exception']

export const levelPaths: readonly string[] = ['level', 'log.level', 'severity']

/** Paths of a request's id. Trace and correlation ids are not among them: a job may log many errors under one. */
export const requestIdPaths: readonly string[] = [
  'reqId',
  'req.id',
  'requestId',
  'request_id',
  'http.request.id',
  'req_id',
  'reqID',
  'requestID',
  'RequestId',
  'request-id',
  'x-request-id',
  'xRequestId',
  'request.id',
  'req.requestId',
  'http.request_id',
  'awsRequestId',
  'aws_request_id',
  'function_request_id',
]

/** Paths of a request's response time, which only the last line of a request has. */
export const responseTimePaths: readonly string[] = ['responseTime', 'response_time', 'response-time']

/** Paths that describe a request's connection. Requests that share an id usually differ in the client's port. */
export const connectionPaths = { method: 'req.method', address: 'req.remoteAddress', port: 'req.remotePort' } as const

/** Paths of a request's path, often with origin and query. `originalUrl` is first: in a mounted router, `url` lacks the mount path. */
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

/** Paths of the service's name. Where they find none, line-details.ts takes the logger's own `name`. */
export const servicePaths: readonly string[] = [
  'service',
  'service.name',
  'serviceName',
  'serviceContext.service',
  'app',
]

export const hostnamePaths: readonly string[] = ['hostname', 'host.name', 'host.hostname', 'host']

/** Paths at which a record field is read: those that the option `fields` gives, or else the defaults. */
export function pathsOf(field: RecordField, shape: LineShape): readonly string[] {
  return given(field, shape) ?? atErrorKey(fieldPaths[field], shape)
}

/** Paths at which a line's level is read. */
export function levelPathsOf(shape: LineShape): readonly string[] {
  return given('level', shape) ?? levelPaths
}

/** Paths at which the id of a line's request is read. */
export function requestIdPathsOf(shape: LineShape): readonly string[] {
  return given('requestId', shape) ?? requestIdPaths
}

function given(field: LineField, { fields }: LineShape): readonly string[] | undefined {
  const paths = fields?.[field]
  return paths === undefined ? undefined : [paths].flat()
}

/** Puts the key under which the logger writes errors in front of each path that begins with `err`. */
export function atErrorKey(paths: readonly string[], { errorKey = 'err' }: LineShape): readonly string[] {
  if (errorKey === 'err') return paths
  return paths.flatMap((path) => (/^err(\.|$)/.test(path) ? [`${errorKey}${path.slice('err'.length)}`, path] : [path]))
}

/** Paths at which the line's own message is read, the logger's own key first. */
export function messagePathsOf({ messageKey }: LineShape): readonly string[] {
  return messageKey === undefined ? messagePaths : [messageKey, ...messagePaths]
}
