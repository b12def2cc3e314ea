// Where pino-http, Fastify, NestJS, Koa, Express, express-winston, ECS and Google Cloud logging put what a record holds.
// Order matters: the first usable value wins.
import type { RecordField } from '../config/options.js'

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
