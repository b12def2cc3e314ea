// A line's roots as plain data that can cross to another thread: what paths of conditions and groups may find in it, which
// are scalars only.

import { MAX_TEXT_LENGTH } from '../../text.js'
import { isHidden, placeOf, type Root } from './line-reader.js'
import { isError, isStructure } from './path.js'

/** About the most UTF-16 units of one line that are copied; it ends objects that hold themselves, too. */
export const MAX_COPY_LENGTH = 32_768
/** As much of a text as is looked at when it is cleaned. */
export const MAX_COPIED_TEXT_LENGTH: number = 4 * MAX_TEXT_LENGTH

/** About what a member takes beside its name and its text. */
const MEMBER_LENGTH = 8

/** Copies without what is redacted. Never throws: members that cannot be read are left out. */
export function plainRoots(roots: readonly Root[], redact: readonly string[] = []): Root[] {
  return new Copier(redact).copy(roots)
}

/** An object whose members are still to be copied. */
interface Pending {
  readonly source: object
  readonly copy: Record<string, unknown>
  readonly root: Root
  /** From the root to the object. */
  readonly path: string
}

class Copier {
  readonly #redacted: readonly (readonly string[])[]
  readonly #pending: Pending[] = []
  /** What has been copied from the roots themselves, by name and place. */
  readonly #copied = new Map<string, unknown>()
  #left = MAX_COPY_LENGTH

  constructor(redact: readonly string[]) {
    this.#redacted = redact.map((path) => path.split('.'))
  }

  /** By breadth, so that one huge object hides no member beside it. */
  copy(roots: readonly Root[]): Root[] {
    const copies = roots.map((root) => ({ ...root, members: this.#later(root.members, root, '') }))
    for (const pending of this.#pending) this.#copyMembers(pending)
    return copies
  }

  #later(source: object, root: Root, path: string): object {
    // Without a prototype `__proto__` is a member like any other.
    const copy: Record<string, unknown> = Object.create(null)
    this.#pending.push({ source, copy, root, path })
    return copy
  }

  #copyMembers({ source, copy, root, path }: Pending): void {
    for (const name of namesOf(source)) {
      if (this.#left <= 0) return
      this.#left -= MEMBER_LENGTH + name.length
      const value = valueIn(source, name)
      if (value === undefined) continue
      const inner = path === '' ? name : `${path}.${name}`
      if (this.#isLeftOut(root, path, inner, value)) continue
      copy[name] = this.#plain(value, root, inner)
    }
  }

  /** It is redacted, or an earlier root has the same there, which would be found first. */
  #isLeftOut(root: Root, path: string, inner: string, value: unknown): boolean {
    const place = placeOf(root, inner)
    if (this.#redacted.length > 0 && isHidden(root, inner, this.#redacted)) return true
    if (path !== '') return false
    const key = `${inner} ${place}`
    if (this.#copied.get(key) === value) return true
    this.#copied.set(key, value)
    return false
  }

  #plain(value: unknown, root: Root, path: string): unknown {
    if (typeof value === 'string') {
      const text = value.slice(0, Math.min(MAX_COPIED_TEXT_LENGTH, this.#left))
      this.#left -= text.length
      return text
    }
    if (typeof value === 'boolean' || Number.isFinite(value) || value === null) return value
    return isStructure(value) ? this.#later(value, root, path) : {}
  }
}

/** An error's message is not among its keys, and may be a getter of its class. */
function namesOf(object: object): Iterable<string> {
  try {
    if (!isError(object)) return Object.keys(object)
    const names = new Set<string>()
    for (let owner: object | null = object; owner !== null && owner !== Object.prototype; ) {
      for (const name of Object.getOwnPropertyNames(owner)) names.add(name)
      owner = Object.getPrototypeOf(owner)
    }
    names.delete('constructor')
    return names
  } catch {
    return []
  }
}

function valueIn(object: object, name: string): unknown {
  try {
    return (object as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}
