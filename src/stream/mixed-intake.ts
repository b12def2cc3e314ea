// Whole lines of any program -> the evaluator. Lines of JSON go the way that a transport's lines go; others are parsed
// here.
import type { LineParser } from '../record/foreign-lines/line-parser.js'
import { takeMixed } from '../record/foreign-lines/mixed-lines.js'
import type { TextIntake } from './text-intake.js'

/** Puts a parser before an intake of JSON lines. The lines keep their order. */
export function mixedIntake(intake: TextIntake, parse: LineParser): TextIntake {
  const { evaluator } = intake
  return {
    ...intake,
    read: (text) => {
      let passed = 0
      takeMixed(text, parse, {
        seen: (_, { kind }) => {
          if (kind === 'nothing') passed += 1
        },
        json: (lines, count) => intake.read(lines, count),
        members: (members) => evaluator.observeLine({ members, level: members.level, isParsed: true }),
      })
      if (passed > 0) intake.pass(passed)
    },
  }
}
