import t from 'tap'
import { answerWords } from '../../src/deliver/answer-words.js'
import { fc } from '../fixtures/properties.js'

t.test('of what real receivers answer it finds what is wrong', (t) => {
  const rows: readonly (readonly [body: unknown, words: string])[] = [
    // Slack, and what takes its messages.
    ['invalid_token', 'invalid_token'],
    ['channel_is_archived\n', 'channel_is_archived'],
    [{ ok: false, error: 'invalid_auth' }, 'invalid_auth'],
    [
      {
        id: 'web.incoming_webhook.invalid.app_error',
        message: 'Invalid webhook.',
        detailed_error: '',
        status_code: 400,
      },
      'Invalid webhook.',
    ],
    // PagerDuty
    [
      {
        status: 'invalid event',
        message: 'Event object is invalid',
        errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
      },
      "Event object is invalid: Length of 'routing_key' is incorrect (should be 32 characters)",
    ],
    // Discord
    [{ message: 'Unknown Webhook', code: 10_015 }, 'Unknown Webhook'],
    [
      {
        message: 'Invalid Form Body',
        code: 50_035,
        errors: {
          embeds: {
            0: { title: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 256 or fewer in length.' }] } },
          },
        },
      },
      'Invalid Form Body: Must be 256 or fewer in length.',
    ],
    [
      {
        message: 'Invalid Form Body',
        errors: {
          embeds: { 0: { fields: { 0: { value: { _errors: [{ code: 'X', message: 'This field is required' }] } } } } },
        },
      },
      'Invalid Form Body: This field is required',
    ],
    // Teams' workflows and connectors
    [
      {
        error: {
          code: 'WorkflowTriggerIsNotEnabled',
          message: "Could not execute workflow 'x' trigger 'manual' with state 'Disabled'.",
        },
      },
      "Could not execute workflow 'x' trigger 'manual' with state 'Disabled'.",
    ],
    [
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
      'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
    ],
    // Google
    [
      '{\n  "error": {\n    "code": 400,\n    "message": "Invalid JSON payload received.\\nUnknown name",\n    "status": "INVALID_ARGUMENT"\n  }\n}\n',
      'Invalid JSON payload received.',
    ],
    // Frameworks
    [{ statusCode: 404, message: ['url should not be empty', 'x'], error: 'Bad Request' }, 'url should not be empty'],
    [{ type: 'about:blank', title: 'Forbidden', status: 403, detail: 'No such tenant' }, 'No such tenant'],
    [{ detail: [{ loc: ['body'], msg: 'field required', type: 'missing' }] }, 'field required'],
    [{ errors: [{ message: 'Cannot query field' }] }, 'Cannot query field'],
    [{ error: 'invalid_request', error_description: 'x' }, 'invalid_request'],
    ['"invalid alerts"', 'invalid alerts'],
    // Pages
    ['<!DOCTYPE html>\n<html><head>\n<title>403 Forbidden</title></head><body>zq</body></html>', '403 Forbidden'],
    ['<html><body>no title</body></html>', ''],
    ['<html><title>Caf&eacute; &amp; &#x2F;x &#39;y&#39;</title>', "Caf&eacute; & /x 'y'"],
    // What says nothing known stands for itself.
    ['{"code":50006}', '{"code":50006}'],
    ['\n\n  first\nsecond', 'first'],
    ['[1,2]', '[1,2]'],
    ['1', '1'],
    ['null', 'null'],
    ['', ''],
    ['{"message":', '{"message":'],
  ]
  for (const [body, words] of rows)
    t.equal(answerWords(typeof body === 'string' ? body : JSON.stringify(body), true), words, words)
  t.end()
})

t.test('of a success it says what is said in words, not what is sent back', (t) => {
  t.equal(answerWords('ok', false), 'ok')
  t.equal(answerWords('{"status":"success","message":"Event processed","dedup_key":"k"}', false), 'Event processed')
  t.equal(answerWords('{"id":"1","type":0,"content":"12 errors"}', false), '')
  t.end()
})

t.test('is one line without anything that could do harm, whatever a receiver sends', (t) => {
  t.equal(answerWords('\u001b[31mred\u001b[0m\u202e\u0007 x /pay?card=4711 y', true), 'red x /pay y')
  const deep = `${'{"error":'.repeat(500)}"x"${'}'.repeat(500)}`
  t.ok(answerWords(deep, true).length <= 2048)
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), fc.boolean(), (body, isFailure) =>
      /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u.test(answerWords(body, isFailure)),
    ),
  )
  t.end()
})
