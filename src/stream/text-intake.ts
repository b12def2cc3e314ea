// Whole lines of JSON -> the evaluator, parsed as far as they must be.
import { createLineEvaluator, type LineEvaluator } from '../evaluator/evaluator.js'
import type { LoggerName } from '../store/store.js'
import { parseJson } from '../unknown.js'

export { eventNames } from '../evaluator/events.js'

/** An evaluator, with a way in for whole lines of JSON. */
export interface TextIntake {
  readonly evaluator: LineEvaluator
  /** Takes `text`, which holds this many whole lines. */
  read(text: string, lines: number): void
  /** Counts lines that need not be read. */
  pass(lines: number): void
  /** Counts lines that cannot be read. */
  skip(lines: number): void
  /** Flushes and closes the evaluator; never rejects. */
  close(): Promise<void>
}

/** @throws ConfigError (`ERR_LOGSIREN_CONFIG`) with every problem of the options at once */
export function openTextIntake(options: unknown, logger: LoggerName = 'pino'): TextIntake {
  const evaluator = createLineEvaluator(options, { logger })
  const parse = (lines: string): void => {
    for (const line of lines.split('\n')) {
      // What is between two line ends is no line; a carriage return before one is none either.
      if (line !== '' && line !== '\r') evaluator.observeParsed(parseJson(line))
    }
  }
  return {
    evaluator,
    read: (text, lines) => evaluator.observeText(text, lines, parse),
    pass: (lines) => evaluator.observeText('', lines, parse),
    skip: (lines) => evaluator.skip(lines),
    close: () => evaluator.close(),
  }
}
