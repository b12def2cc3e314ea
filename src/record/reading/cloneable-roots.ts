// Copies the roots of a line to plain data, which can cross to another thread and which the application cannot change. Conditions and
// groups use scalars only, so scalars are copied, and the objects that lead to them.

import { MAX_TEXT_LENGTH } from '../../text.js'
import { isHidden, placeOf, type Root } from './line-reader.js'
import { isError, isStructure } from './path.js'

/**
 * About how many UTF-16 units of one line are copied at most: its names, its texts, and `MEMBER_LENGTH` for each member. The bound
 * also ends the copy of an object that contains itself.
 */
export const MAX_COPY_LENGTH = 32_768
/** UTF-16 units of one text that are copied: as many as `cleanText` looks at. */
export const MAX_COPIED_TEXT_LENGTH: number = 4 * MAX_TEXT_LENGTH

/** UTF-16 units that a member counts for beside its name and its text. */
const MEMBER_LENGTH = 8

/** Copies roots without what `redact` names. Never throws: a member whose getter throws is left out. */
export function plainRoots(roots: readonly Root[], redact: readonly string[] = []): Root[] {
  return new Copier(redact).copy(roots)
}

/** An object whose members are still to be copied. */
interface Pending {
  readonly source: object
  readonly copy: Record<string, unknown>
  readonly root: Root
  /** Dotted path from the root to the object; `''` for the root itself. */
  readonly path: string
}

class Copier {
  readonly #redacted: readonly (readonly string[])[]
  readonly #pending: Pending[] = []
  /** Values of the roots' own members, by the member's name in its root and its place in the line. */
  readonly #copied = new Map<string, unknown>()
  #left = MAX_COPY_LENGTH

  constructor(redact: readonly string[]) {
    this.#redacted = redact.map((path) => path.split('.'))
  }

  /** Copies level by level, so that one huge object does not use up the length before the members beside it are copied. */
  copy(roots: readonly Root[]): Root[] {
    const copies = roots.map((root) => ({ ...root, members: this.#copyLater(root.members, root, '') }))
    for (const pending of this.#pending) this.#copyMembers(pending)
    return copies
  }

  #copyLater(source: object, root: Root, path: string): object {
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
      copy[name] = this.#copyOf(value, root, inner)
    }
  }

  /** Whether a member is left out: it is redacted, or an earlier root has the same value at the same place and is read first. */
  #isLeftOut(root: Root, path: string, inner: string, value: unknown): boolean {
    const place = placeOf(root, inner)
    if (this.#redacted.length > 0 && isHidden(root, inner, this.#redacted)) return true
    if (path !== '') return false
    const key = `${inner} ${place}`
    if (this.#copied.get(key) === value) return true
    this.#copied.set(key, value)
    return false
  }

  /** Copies a scalar, or begins the copy of a structure; anything else becomes `{}`, of which no condition and no group makes use. */
  #copyOf(value: unknown, root: Root, path: string): unknown {
    if (typeof value === 'string') {
      const text = value.slice(0, Math.min(MAX_COPIED_TEXT_LENGTH, this.#left))
      this.#left -= text.length
      return text
    }
    if (typeof value === 'boolean' || Number.isFinite(value) || value === null) return value
    return isStructure(value) ? this.#copyLater(value, root, path) : {}
  }
}

/** Names of an object's members; of an error also of those that are hidden or inherited, since its message may be a getter. */
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

/** A member's value; undefined where its getter throws. */
function valueIn(object: object, name: string): unknown {
  try {
    return (object as Record<string, unknown>)[name]
  } catch {
    return undefined
  }
}
