// How large a pattern is once it is compiled, from its text: an expression of a few characters can stand for hundreds of thousands of
// instructions, which take seconds to compile and more memory than a process has. So it is measured before.

/** What may stand between `(` and the group's own expression: a name, or flags for it. */
const GROUP_HEAD = /^\?(?:P?<\w+>|[imsU-]*:)/
/** Flags for what follows; no part of the expression, so that an operator after them repeats the part before them. */
const FLAGS = /^\(\?[imsU-]+\)/
const REPEAT = /^\{(\d+)(?:(,)(\d*))?\}/
const UNICODE_CLASS = /^\\[pP](?:\{[^}]*\}|.)/
const HEX = /^\\x(?:\{[^}]*\}|..)/
/**
 * A class such as `\pL` is one instruction, but holds hundreds of ranges; to compile it takes as long as this many instructions, the more so
 * where case does not matter.
 */
const UNICODE_CLASS_COST = 40
/** RE2 refuses more repetitions than these, nested ones multiplied. */
const MAX_REPEAT = 1000

/** Instructions of a group or of the whole, as far as it has been read. */
interface Frame {
  size: number
  /** Of the last part, which an operator after it repeats. */
  last: number
  /** Whether the alternative that is being read has no part yet: one that stays so is an instruction. */
  isEmpty: boolean
}

/**
 * What it costs to compile the pattern, in instructions, and no less than it compiles to; where it is no pattern the number means nothing.
 */
export function sizeBound(text: string): number {
  const frames: Frame[] = [{ size: 3, last: 0, isEmpty: true }]
  let frame = frames[0] as Frame
  const add = (size: number): void => {
    frame.size += size
    frame.last = size
    frame.isEmpty = false
  }
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at, at + 64)
    const [first = ''] = rest
    at += 1
    const [flags] = FLAGS.exec(rest) ?? []
    if (flags !== undefined) at += flags.length - 1
    else if (first === '(') {
      const head = GROUP_HEAD.exec(rest.slice(1))?.[0] ?? ''
      at += head.length
      // A group that is captured has an instruction at each end.
      frame = { size: head.endsWith(':') ? 0 : 2, last: 0, isEmpty: true }
      frames.push(frame)
    } else if (first === ')') {
      const closed = frames.pop() ?? frame
      frame = frames.at(-1) ?? { ...closed, size: 0 }
      if (frames.length === 0) frames.push(frame)
      add(sizeOf(closed))
    } else if (first === '|') {
      frame.size = sizeOf(frame) + 1
      frame.isEmpty = true
    } else if (/[*+?]/.test(first)) {
      // Two where the part may match nothing.
      frame.size += 2
      frame.last += 2
    } else if (first === '{' && REPEAT.test(rest)) {
      const [whole = '', least = '', comma, most = ''] = REPEAT.exec(rest) ?? []
      at += whole.length - 1
      const times = Math.min(Math.max(Number(least) + (comma === undefined ? 0 : 1), Number(most)), MAX_REPEAT + 1)
      // Each of them may be there or not, which is an instruction more.
      const repeated = times * (frame.last + 1) + 2
      frame.size += repeated - frame.last
      frame.last = repeated
    } else if (first === '[') {
      at += classLength(text.slice(at - 1)) - 1
      add(1)
    } else if (first === '\\' && rest[1] === 'Q') {
      const end = text.indexOf('\\E', at + 1)
      const quoted = text.slice(at + 1, end < 0 ? text.length : end)
      at = end < 0 ? text.length : end + 2
      frame.size += quoted.length
      frame.last = Math.min(1, quoted.length)
      frame.isEmpty &&= quoted === ''
    } else if (first === '\\') {
      at += (UNICODE_CLASS.exec(rest) ?? HEX.exec(rest) ?? rest.slice(0, 2).match(/^.{1,2}/s) ?? [''])[0].length - 1
      add(1)
    } else add(1)
  }
  const classes = text.match(/\\[pP]/g)?.length ?? 0
  return frames.reduce((sum, one) => sum + sizeOf(one), classes * UNICODE_CLASS_COST)
}

function sizeOf({ size, isEmpty }: Frame): number {
  return size + (isEmpty ? 1 : 0)
}

/** UTF-16 units of the class that a text begins with. */
function classLength(text: string): number {
  const [whole = text] = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\.|[^\]\\])*\]/s.exec(text) ?? []
  return whole.length
}
