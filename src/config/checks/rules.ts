// Lists of rules, as options and the config document have them.
import * as v from 'valibot'

/** The most rules that are taken: each costs a counter, and time in the script that all processes share. */
export const MAX_RULES = 100

/** At most `MAX_RULES` rules of this shape, with names of their own. */
export function rulesOf(rule: v.GenericSchema): v.GenericSchema {
  return v.pipe(
    v.array(rule, 'a list of rules'),
    v.maxLength(MAX_RULES, `a list of at most ${MAX_RULES} rules`),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return
      const seen = new Set<unknown>()
      dataset.value.forEach((input, index) => {
        const value: unknown = typeof input === 'object' && input !== null && 'name' in input ? input.name : undefined
        if (!seen.has(value)) seen.add(value)
        else {
          addIssue({
            message: 'a name that no rule before it has',
            input: value,
            path: [
              { type: 'array', origin: 'value', input: dataset.value, key: index, value: input },
              { type: 'object', origin: 'value', input: Object(input), key: 'name', value },
            ],
          })
        }
      })
    }),
  )
}
