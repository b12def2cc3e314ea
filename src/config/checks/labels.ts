// The check of the option `labels`: texts by names, as alerts tell them.
import type * as v from 'valibot'
import { type NamedTexts, namedTexts, shownName } from './named-texts.js'

/** The most labels of an alert. */
export const MAX_LABELS = 10
/** The longest text of a label, in UTF-16 units. */
const MAX_TEXT = 200

const LABELS = `an object of at most ${MAX_LABELS} names and texts`
const TEXT = `a text of at most ${MAX_TEXT} characters`
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

export const labels: v.GenericSchema<unknown, NamedTexts> = namedTexts({
  expectation: LABELS,
  max: MAX_LABELS,
  faultOf: (name, text) => {
    if (!NAME.test(name)) {
      const expectation = 'named with 1 to 64 letters, digits and `_`, no digit first'
      const shown = shownName(name)
      return shown === undefined
        ? { expectation: `${LABELS}, each ${expectation}`, got: name }
        : { name: shown, expectation, got: name }
    }
    return typeof text === 'string' && text.trim().length <= MAX_TEXT
      ? undefined
      : { name, expectation: TEXT, got: text }
  },
  schema: {
    propertyNames: { pattern: NAME.source },
    additionalProperties: { type: 'string', maxLength: MAX_TEXT },
  },
})
