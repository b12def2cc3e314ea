// The service's name, as its lines tell it. A process that logs no error is alive too, and operators want to know which it is. So a few lines
// are read for the name that need not be read otherwise.
import type { Line } from '../../record/reading/line-reader.js'
import type { LineReading } from '../../record/reading/read-line.js'
import { isObject, parseJson } from '../../unknown.js'

/** The name is looked for in this many lines at most. */
const MAX_NAMED_LINES = 20
/** A longer line is not looked at for that, in UTF-16 units. */
const MAX_NAMED_LENGTH = 16_384

type Reading = Pick<LineReading, 'roots' | 'service'>

export class ServiceName {
  /** Blank as long as no line has told it. */
  name = ''
  /** In so many lines it is still looked for. */
  #unnamedLines: number

  constructor(isSought: boolean) {
    this.#unnamedLines = isSought ? MAX_NAMED_LINES : 0
  }

  get isSought(): boolean {
    return this.#unnamedLines > 0
  }

  /** Takes whole lines of JSON text, of which the first is looked at. */
  takeText(text: string, reading: Reading): void {
    const end = text.indexOf('\n')
    const members = end > MAX_NAMED_LENGTH ? undefined : parseJson(end < 0 ? text : text.slice(0, end))
    if (isObject(members)) this.takeLine({ members, isParsed: true }, reading)
    else this.take('')
  }

  takeLine(line: Line, { roots, service }: Reading): void {
    let name = ''
    try {
      name = service(roots(line))
    } catch {
      // A getter of the application threw.
    }
    this.take(name)
  }

  /** Takes what a line told; blank where that was nothing. */
  take(name: string): void {
    this.name = name
    this.#unnamedLines = name === '' ? this.#unnamedLines - 1 : 0
  }
}
