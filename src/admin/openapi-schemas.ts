// What the endpoint takes and gives, as JSON Schema; that of a config is made of the checks that it is held to.
import { configJsonSchema, type JsonSchema } from '../config/json-schema.js'

export type Described = Readonly<Record<string, unknown>>

export const ref = (name: string): Described => ({ $ref: `#/components/schemas/${name}` })

const text = { type: 'string' }
const time = { type: 'string', format: 'date-time' }
const count = { type: 'integer', minimum: 0 }

/** By the names that the OpenAPI document has for them. */
export function answerSchemas(): Described {
  return { ...configSchemas(), ...schemas }
}

/** What is written, and what is read: without secrets, always with the seven members. */
function configSchemas(): Described {
  const { $schema: _, ...written } = configJsonSchema()
  const { secret: __, ...shown } = (written.properties ?? {}) as Readonly<Record<string, JsonSchema>>
  const secretSet = { type: 'boolean', description: 'Whether a secret is stored; it is never shown' }
  return {
    NewConfig: written,
    Config: {
      type: 'object',
      properties: { ...shown, secret_set: secretSet },
      required: [
        'enabled',
        'url',
        'threshold',
        'window_seconds',
        'cooldown_seconds',
        'status_code_threshold',
        'secret_set',
      ],
    },
  }
}

const attempts = {
  type: 'array',
  items: { type: 'object', properties: { at: time, outcome: text }, required: ['at', 'outcome'] },
}
const groupBy = { type: 'object', description: 'What the errors of a group have in common' }
const kind = { enum: ['alert', 'resolved'] }
const orNull = (schema: Described): Described => ({ anyOf: [schema, { type: 'null' }] })

const schemas = {
  Problem: {
    type: 'object',
    description: 'RFC 9457',
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: text,
      errors: {
        type: 'array',
        items: { type: 'object', properties: { pointer: text, detail: text }, required: ['pointer', 'detail'] },
      },
    },
    required: ['type', 'title', 'status', 'detail'],
  },
  TestOutcome: {
    type: 'object',
    properties: {
      outcome: { enum: ['delivered', 'retry', 'rejected'] },
      status: { type: 'integer' },
      reason: text,
      id: text,
      rule: text,
      duration_ms: count,
    },
    required: ['outcome', 'id', 'rule', 'duration_ms'],
  },
  Trial: {
    type: 'object',
    properties: {
      lines: count,
      skipped: count,
      errors: count,
      duplicates: count,
      untimed: count,
      late: count,
      alerts: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            kind,
            at: time,
            why: text,
            rule: text,
            group_by: groupBy,
            count,
            threshold: count,
            window_seconds: count,
          },
          required: ['kind', 'at', 'why', 'rule', 'count', 'threshold', 'window_seconds'],
        },
      },
    },
    required: ['lines', 'errors', 'alerts'],
  },
  Row: {
    type: 'object',
    description: 'A rule, or one group of it',
    properties: {
      rule: text,
      group_by: groupBy,
      enabled: { type: 'boolean' },
      count,
      threshold: count,
      window_seconds: { type: 'number' },
      window_type: { enum: ['sliding', 'fixed'] },
      cooldown_seconds: { type: 'number' },
      cooldown_left_seconds: { type: 'number' },
      suppressed: count,
      slots: { type: 'array', items: count, description: 'The window’s errors in equal parts, oldest first' },
      last_counted_at: orNull(time),
      pending: orNull({
        type: 'object',
        properties: {
          id: text,
          kind,
          count,
          raised_at: time,
          tries: count,
          state: { enum: ['sending', 'waiting', 'parked'] },
          next_attempt_at: orNull(time),
          attempts,
        },
      }),
      last_alert: orNull({ type: 'object', properties: { id: text, delivered_at: time, count } }),
    },
    required: ['rule', 'count', 'threshold', 'window_seconds', 'cooldown_left_seconds', 'pending', 'last_alert'],
  },
  Status: {
    type: 'object',
    properties: {
      now: time,
      rows: { type: 'array', items: ref('Row') },
      recent: {
        type: 'array',
        description: 'The newest first',
        items: {
          type: 'object',
          properties: {
            id: text,
            kind,
            rule: text,
            group_by: groupBy,
            count,
            threshold: count,
            window_seconds: { type: 'number' },
            raised_at: time,
            ended_at: time,
            outcome: { enum: ['delivered', 'abandoned'] },
            tries: count,
            attempts,
            degraded: { type: 'boolean' },
          },
        },
      },
      totals: { type: 'object', additionalProperties: count, description: 'What all processes have counted' },
    },
    required: ['now', 'rows', 'recent', 'totals'],
  },
}
