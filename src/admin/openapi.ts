// The endpoint's own description, OpenAPI 3.1.
import { version } from '../version.js'
import { answerSchemas, type Described, ref } from './openapi-schemas.js'

const json = (schema: Described): Described => ({ 'application/json': { schema } })
const text = { type: 'string' }

const etag = { ETag: { description: 'Names this state of the config, for `If-Match`', schema: text } }
const ifMatch = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the config that is to be changed',
  schema: text,
}
const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  description: '`*`: only where there is none yet',
  schema: text,
}
const dryRun = {
  name: 'dryRun',
  in: 'query',
  description: '1: check everything, write nothing',
  schema: { enum: ['0', '1'] },
}

const refused = {
  '401': { $ref: '#/components/responses/Unauthorized' },
  '429': { $ref: '#/components/responses/TooMany' },
  '503': { $ref: '#/components/responses/Problem' },
}
const refusedBody = {
  ...refused,
  '400': { $ref: '#/components/responses/Problem' },
  '413': { $ref: '#/components/responses/Problem' },
  '415': { $ref: '#/components/responses/Problem' },
}
const stale = { '412': { $ref: '#/components/responses/Problem' } }

/** `path` is where the endpoint is served. */
export function openApiDocument(path: string): Described {
  return {
    openapi: '3.1.0',
    info: { title: 'logsiren admin', version, description: 'See, change and try the run-time config of a fleet.' },
    security: [{ token: [] }],
    paths: {
      [path === '' ? '/' : path]: configPath,
      [`${path}/test`]: { post: testOperation },
      [`${path}/try`]: { post: tryOperation },
      [`${path}/status`]: { get: reading('What is counted, pending and told', json(ref('Status'))) },
      [`${path}/metrics`]: {
        get: reading('The same for Prometheus', { 'text/plain; version=0.0.4; charset=utf-8': { schema: text } }),
      },
      [`${path}/openapi.json`]: { get: reading('This document', json({ type: 'object' })) },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        Problem: problemResponse('What is wrong, each with a pointer into what was sent'),
        Unauthorized: {
          ...problemResponse('No valid token'),
          headers: { 'WWW-Authenticate': { schema: text } },
        },
        TooMany: {
          ...problemResponse('Too many wrong tokens have come, or, of a test alert, too many others are on their way'),
          headers: { 'Retry-After': { description: 'Seconds', schema: text } },
        },
      },
      schemas: answerSchemas(),
    },
  }
}

const configPath = {
  get: {
    ...reading('The stored config, or the defaults', json(ref('Config'))),
    responses: {
      ...refused,
      '200': { description: 'The config, its secret left out', headers: etag, content: json(ref('Config')) },
      '409': { $ref: '#/components/responses/Problem' },
    },
  },
  put: {
    summary: 'Replaces the config; unknown members of the stored one, and secrets that are left out, are kept',
    parameters: [ifMatch, ifNoneMatch, dryRun],
    requestBody: { required: true, content: json(ref('NewConfig')) },
    responses: {
      ...refusedBody,
      ...stale,
      '200': { description: 'The config as it is stored now', headers: etag, content: json(ref('Config')) },
    },
  },
  delete: {
    summary: 'Deletes the config: every process falls back to its own options',
    parameters: [ifMatch],
    responses: { ...refused, ...stale, '204': { description: 'There is none any more' } },
  },
}

const testOperation = {
  summary: 'Sends a test alert to the stored destination',
  requestBody: {
    content: json({
      type: 'object',
      properties: { rule: { ...text, description: 'Whose destination; the first one without' } },
    }),
  },
  responses: {
    ...refusedBody,
    '200': { description: 'How the attempt ended', content: json(ref('TestOutcome')) },
  },
}

const tryOperation = {
  summary: 'Tells what a config would have raised on these lines; nothing is counted or called',
  requestBody: {
    required: true,
    content: json({
      type: 'object',
      required: ['lines'],
      properties: {
        lines: { ...text, description: 'A JSON line each' },
        config: { ...ref('NewConfig'), description: 'The stored one without' },
      },
    }),
  },
  responses: { ...refusedBody, '200': { description: 'What would have been told', content: json(ref('Trial')) } },
}

function reading(summary: string, content: Described): Described {
  return { summary, responses: { ...refused, '200': { description: summary, content } } }
}

function problemResponse(description: string): Described {
  return { description, content: { 'application/problem+json': { schema: ref('Problem') } } }
}
