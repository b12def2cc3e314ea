// Whole lines -> the evaluator, parsed by pino-abstract-transport as far as they must be.
import build from 'pino-abstract-transport'
import { createLineEvaluator, type LineEvaluator } from '../evaluator/evaluator.js'
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
export function openTextIntake(options: unknown): TextIntake {
  const evaluator = createLineEvaluator(options)
  // What a line holds is handed over as soon as it is parsed; null, which comes out instead, no stream waits for. So all
  // lines that were written are read when `write` returns.
  const parser = build(() => {}, {
    metadata: false,
    parseLine: (line) => {
      if (line !== '') evaluator.observeParsed(parseJson(line))
      return null
    },
  })
  const parse = (lines: string): void => {
    parser.write(lines)
  }
  return {
    evaluator,
    read: (text, lines) => evaluator.observeText(text, lines, parse),
    pass: (lines) => evaluator.observeText('', lines, parse),
    skip: (lines) => evaluator.skip(lines),
    close: () => evaluator.close(),
  }
}
