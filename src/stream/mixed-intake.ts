// Whole lines of any program -> the evaluator. Lines of JSON go the way that a transport's lines go; others are read as events.
import { type Clock, systemClock } from '../clock.js'
import { EventReader, type ParserName } from '../record/foreign-lines/event-reader.js'
import type { TextIntake } from './text-intake.js'

/** How often events are looked at that may be complete, in ms: one is told one to two such spans after its last line. */
export const QUIET_MS = 100

/**
 * Puts a reader of events before an intake of JSON lines.
 *
 * An event is complete when the next one of its source begins. An alert must not wait for that: the line that raises it may be the last one for
 * hours. So after a short quiet time an event is told as it is. If its stack comes later, because the program or the pipe was slow, the event is
 * still known: these lines join it and count no more. The timer keeps no process alive, since the end of the input tells what is open.
 */
export function mixedIntake(intake: TextIntake, parser: ParserName, clock: Clock = systemClock): TextIntake {
  const { evaluator } = intake
  const reader = new EventReader(parser, {
    json: (text, lines) => intake.read(text, lines),
    members: (members) => evaluator.observeLine({ members, level: members.level, isParsed: true }),
    pass: (lines) => intake.pass(lines),
  })
  let cancel: (() => void) | undefined
  const watch = (): void => {
    if (!reader.isOpen || cancel !== undefined) return
    cancel = clock.after(QUIET_MS, () => {
      cancel = undefined
      reader.tick()
      watch()
    })
  }
  return {
    ...intake,
    evaluator: {
      ...evaluator,
      flush: () => {
        reader.settle()
        return evaluator.flush()
      },
    },
    read: (text) => {
      reader.take(text)
      watch()
    },
    close: () => {
      cancel?.()
      reader.end()
      return intake.close()
    },
  }
}
