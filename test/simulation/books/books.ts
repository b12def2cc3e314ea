// All books in one.
import type { Journal } from '../journal.js'
import { judgeBeats } from './beats.js'
import { judgeBounds } from './bounds.js'
import { judgeConfig } from './config.js'
import { judgeCooldown } from './cooldown.js'
import { judgeCount } from './count.js'
import { judgeDelivered } from './delivered.js'
import { judgeIgnored } from './ignored.js'
import { judgeNew } from './new.js'
import { judgeNumbers } from './numbers.js'
import type { Book, Problem } from './problem.js'
import { judgeRaised } from './raised.js'
import { judgeResolved } from './resolved.js'
import { judgeShare } from './share.js'
import { judgeSilenced } from './silenced.js'
import { judgeStorms } from './storms.js'
import { judgeThreshold } from './threshold.js'
import { judgeTwice } from './twice.js'

const books: readonly Book[] = [
  judgeBounds,
  judgeCount,
  judgeThreshold,
  judgeShare,
  judgeRaised,
  judgeDelivered,
  judgeTwice,
  judgeCooldown,
  judgeResolved,
  judgeNumbers,
  judgeConfig,
  judgeSilenced,
  judgeNew,
  judgeStorms,
  judgeIgnored,
  judgeBeats,
]

/** Finds every broken promise in a journal. */
export function judge(journal: Journal): readonly Problem[] {
  return books.flatMap((book) => [...book(journal)])
}
