// Dice by name: each has a random stream of its own, so an action that is taken out of a plan does not change the draws of the others.
import { random } from '../fixtures/random.js'

export interface Dice {
  /** From 0 up to, but not including, 1. */
  next(): number
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** Draws one of the items by their weights. */
  weighted<T>(items: readonly (readonly [item: T, weight: number])[]): T
}

export function dice(name: string): Dice {
  const next = random(hashOf(name))
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)]
    if (item === undefined) throw new Error(`Expected something to pick from for ${name}`)
    return item
  }
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    pick,
    weighted: (items) => {
      let left = next() * items.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [item, weight] of items) {
        left -= weight
        if (left < 0) return item
      }
      return pick(items.map(([item]) => item))
    },
  }
}

/** The FNV-1a hash of a text, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
