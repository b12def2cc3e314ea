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
    'http.statusCode',
    'http.status',
    'response.status_code',
    'httpStatusCode',
    'httpStatus',
    'http_status',
    'status-code',
    'responseStatus',
    'StatusCode',
    'Status',
    'DownstreamStatus',
  ],
  // Errors as a whole; then what stands under a literal key with a dot.
  errorMessage: [
    'errorMessage',
    'error_message',
    'err',
    'error',
    'exception',
    'err.message',
    'error.message',
    'exception.message',
  ],
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
    'request.ip',
    'request.remoteAddress',
    'remote_addr',
    'remoteAddr',
    'remote-address',
    'remote_ip',
    'remoteIp',
    'remoteIP',
    'clientIP',
    'client_address',
    'clientAddress',
    'http.client_ip',
    'http.clientIp',
    'http.remote_addr',
    'source.ip',
    'source.address',
    'req.clientIp',
    'req.remote_addr',
    'req.remoteIp',
    'req.connection.remoteAddress',
    'req.socket.remoteAddress',
    'request.client_ip',
    'request.remote_addr',
    'request.remote_ip',
    'client.socket.address',
    'network.peer.address',
    'requestContext.identity.sourceIp',
    'requestContext.http.sourceIp',
    'sourceIp',
    'ClientIp',
    'ClientHost',
    'RemoteIpAddress',
    'ipAddress',
    'ip_address',
  ],
  // No logger writes it: it is made of the error's type and message, unless `fields` says where it stands.
  kind: [],
}

/**
 * Paths of the status that an error asks its request to be answered with. They are read where a line has no status of its own, and
 * none of these:
 */
export const errorStatusPaths: readonly string[] = [
  'err.statusCode',
  'err.status',
  'error.statusCode',
  'error.status',
  'err.output.statusCode',
  'error.output.statusCode',
  'err.httpStatus',
  'error.httpStatus',
  'err.status_code',
  'error.status_code',
  'err.extensions.http.status',
  'error.extensions.http.status',
  'exception.statusCode',
  'exception.status',
]

/**
 * Paths of the status of an answer that somebody else gave to a call of ours, in the errors of Axios and those like it. They copy it to
 * `err.status`, where it is not the status of our own request either.
 */
export const foreignStatusPaths: readonly string[] = [
  'err.response.status',
  'error.response.status',
  'exception.response.status',
]

/** Further such paths, where nothing copies the status: Got, the AWS SDK, Elasticsearch, Google's APIs. */
export const furtherForeignStatusPaths: readonly string[] = [
  'err.response.statusCode',
  'error.response.statusCode',
  'err.$metadata.httpStatusCode',
  'error.$metadata.httpStatusCode',
  'err.meta.statusCode',
  'error.meta.statusCode',
  'err.cause.status',
  'err.cause.statusCode',
  'err.cause.response.status',
  'err.cause.output.statusCode',
  'error.cause.response.status',
  'error.cause.output.statusCode',
  'error.cause.status',
  'error.cause.statusCode',
]

/**
 * Paths of a line's own message, which stands in for an error's message if the line's level is `error` or worse. Beside pino's and
 * winston's: GELF, structlog, Serilog, tracing, loguru, .NET, tslog, log4js.
 */
export const messagePaths: readonly string[] = [
  'msg',
  'message',
  'short_message',
  'event',
  '@m',
  '@mt',
  '@message',
  'fields.message',
  'record.message',
  'Message',
  'RenderedMessage',
  'MessageTemplate',
  'textPayload',
  'jsonPayload.message',
  'M',
  '0',
  'data.0',
]

/** Paths of the message in lines of OpenTelemetry, which are known by a severity. Elsewhere a `body` is that of a request. */
export const otelMessagePaths: readonly string[] = ['body.stringValue', 'Body.stringValue', 'body', 'Body']

/** Members that hold an error object, with or without a message. */
export const errorPaths: readonly string[] = [
  'err',
  'error',
  'exception',
  'context.exception',
  'context.error',
  'context.err',
  'fields.error',
  'record.exception',
  'thrown',
  'attributes.exception',
  '1',
  '0',
]

/** Paths of an error's type where no error object has it: literal keys with a dot, and what AWS Lambda and Datadog write. */
export const errorTypePaths: readonly string[] = [
  'error.type',
  'exception.type',
  'errorType',
  'error_type',
  'error.kind',
  'attributes.exception.type',
]

/** Members that may hold a stack as text; any other text there is no error. */
export const stackPaths: readonly string[] = [
  'stack',
  'stack_trace',
  'stackTrace',
  'stacktrace',
  'exception',
  'exc_info',
  'Exception',
  '@x',
  'full_message',
]

/** Paths of a line's level. Rules know it under each of these names. */
export const levelPaths: readonly string[] = ['level', 'log.level', 'severity']

/** Further paths of a level, as a name. */
export const levelNamePaths: readonly string[] = [
  'level_name',
  'levelname',
  'levelName',
  'lvl',
  '@l',
  'L',
  'LEVEL',
  'Severity',
  'Level',
  'logLevel',
  'LogLevel',
  'log_level',
  'loglevel',
  'severityText',
  'SeverityText',
  'severity_text',
  'level.levelStr',
  'level.name',
  'level.label',
  '@fields.level',
  '_meta.logLevelName',
  'record.level.name',
]

/** Paths of levels as numbers of OpenTelemetry's scale, and of Application Insights'. */
export const telemetryLevelPaths: readonly string[] = ['severityNumber', 'SeverityNumber', 'severity_number']
export const insightsLevelPaths: readonly string[] = ['severityLevel']

/** Where Datadog expects the level, as a name; elsewhere a `status` is that of a response, or of anything. */
export const statusLevelPaths: readonly string[] = ['status']

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
  'request.uri',
  'req.uri',
  'uri',
  'request_uri',
  'requestUri',
  'requestPath',
  'request_path',
  'RequestPath',
  'http.path',
  'http.url_details.path',
  'httpRequest.url',
  'requestContext.http.path',
  'rawPath',
  'ctx.url',
  'ctx.path',
  'res.url',
]

/** Paths of a request's method. */
export const methodPaths: readonly string[] = [
  'req.method',
  'request.method',
  'method',
  'http.method',
  'http.request.method',
  'httpRequest.requestMethod',
  'res.method',
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

/** Paths of a line's level, by how a value there is read. */
export interface LevelPaths {
  /** Names and numbers of the logger's own scale. */
  readonly own: readonly string[]
  /** Names and numbers of the logger's own scale; of a logger that announced none, numbers from 100 up are Google Cloud's. */
  readonly cloud: readonly string[]
  /** Names alone. A number there is no level. */
  readonly names: readonly string[]
  /** Numbers on OpenTelemetry's scale, 1 to 24. */
  readonly telemetry: readonly string[]
  /** Numbers on Application Insights' scale, 0 to 4. */
  readonly insights: readonly string[]
}

/** Paths at which a line's level is read, in their order; where the options name some, it is read nowhere else. */
export function levelPathsOf(shape: LineShape): LevelPaths {
  const own = given('level', shape)
  if (own !== undefined) return { own, cloud: [], names: [], telemetry: [], insights: [] }
  return {
    own: [...levelPaths.filter((path) => path !== 'severity'), 'context.logLevel'],
    cloud: ['severity'],
    names: [...levelNamePaths, ...statusLevelPaths],
    telemetry: telemetryLevelPaths,
    insights: insightsLevelPaths,
  }
}

/** Paths of the status that an error tells; none where the options say where the status is. */
export function errorStatusPathsOf(shape: LineShape): readonly string[] {
  return given('statusCode', shape) === undefined ? atErrorKey(errorStatusPaths, shape) : []
}

/** Paths at which the status of a foreign answer is read that `err.status` may repeat, and further ones. */
export function foreignStatusPathsOf(shape: LineShape): readonly string[] {
  return atErrorKey(foreignStatusPaths, shape)
}

export function furtherForeignStatusPathsOf(shape: LineShape): readonly string[] {
  return atErrorKey(furtherForeignStatusPaths, shape)
}

/** Paths at which an error is read, with a message or without. */
export function errorPathsOf(shape: LineShape): readonly string[] {
  return atErrorKey([...fieldPaths.errorMessage, ...errorPaths], shape)
}

/** Paths of our own messages where the line's message is another: in an error, or in a `warning` event that the application logs. */
export function ownErrorPaths(shape: LineShape): readonly string[] {
  const inErrors = errorPaths.map((path) => `${path}.message`)
  return atErrorKey([...fieldPaths.errorMessage, ...inErrors, 'warning.message', 'warning'], shape)
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
