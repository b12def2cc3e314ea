// What an operator ignores is counted by no rule (count.ts sees what was counted beyond what was logged), and shows in `ignored`.
import { at, type Book } from './problem.js'

/** Before a process has read the config, lines wait for this long at most. */
const HELD_MS = 2000

export const judgeIgnored: Book = ({ lives, endMs }) =>
  lives.flatMap((life) => {
    const { process, ignorable, ignored, startMs, end } = life
    const isCutOff = end !== undefined && (life.endMs ?? endMs) < startMs + HELD_MS
    if (ignored === ignorable || (isCutOff && ignored < ignorable)) return []
    const text = `${process} says that it ignored ${ignored} of ${ignorable} errors by ${at(life.endMs ?? endMs)}`
    return [{ promise: 'ignored and told so', rule: '', atMs: life.endMs ?? endMs, text }]
  })
