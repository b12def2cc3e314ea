// Whole lines of any program -> the evaluator. Lines of JSON go the way that a transport's lines go; others are parsed
// here.
import type { LineParser } from '../record/foreign-lines/line-parser.js'
import type { TextIntake } from './text-intake.js'

/** Puts a parser before an intake of JSON lines. The lines keep their order. */
export function mixedIntake(intake: TextIntake, parse: LineParser): TextIntake {
  const { evaluator } = intake
  return {
    ...intake,
    read: (text) => {
      // Neighbouring lines of JSON, which are handed on together.
      let run = { start: 0, end: 0, lines: 0 }
      let passed = 0
      const endRun = (): void => {
        if (run.lines > 0) intake.read(text.slice(run.start, run.end), run.lines)
        run = { start: 0, end: 0, lines: 0 }
      }
      for (let start = 0; start < text.length; ) {
        const end = text.indexOf('\n', start) + 1
        const parsed = parse(text.slice(start, end - 1))
        if (parsed.kind === 'json') {
          if (run.end !== start + parsed.start) endRun()
          run = { start: run.lines === 0 ? start + parsed.start : run.start, end, lines: run.lines + 1 }
        } else if (parsed.kind === 'nothing') passed += 1
        else {
          endRun()
          const { members } = parsed
          evaluator.observeLine({ members, level: members.level, isParsed: true })
        }
        start = end
      }
      endRun()
      if (passed > 0) intake.pass(passed)
    },
  }
}
