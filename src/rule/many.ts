// Storms: when many groups of a rule cross their thresholds at once, the first few alert by themselves and the others share one alert, that of
// the series `(many)`. Pure; its twin in Lua is store/redis/lua/many.ts.
//
// A group whose errors cross while `maxAlertsPerMinute` alerts of its rule's groups began within a minute joins the alert of `(many)`. Until the
// first attempt at that begins, its members' errors add to its count; then count and groups are frozen, and every attempt says the same.
// What would join later is `suppressed`. A member raises nothing while the alert is pending, and cools down with it once it is delivered.
//
// With `sendResolved` a member has an episode like any group, of whose end nothing is told. The episode of `(many)` counts how many of those
// go on, and is over with the last of them.
import type { AlertState, Episode, Gathering, Member, Pending } from './alert-state.js'
import {
  begin,
  decideOn,
  followed,
  isCrossed,
  isFreeToRaise,
  isOver,
  raise,
  type Situation,
  take,
  withoutVoidEnd,
} from './decide.js'
import { groupText, type Series } from './series.js'

/** Alerts are limited within this time. */
const LIMITED_MS = 60_000
/** An alert of `(many)` names at most this many of its groups. */
const MAX_NAMED = 5

/** What all groups of a rule have in common. */
export interface Storm {
  /** The state of the series `(many)`. */
  readonly many: AlertState
  /** When alerts of groups began within the last minute, on the clock of `nowMs`. */
  readonly begunMs: readonly number[]
}

export interface GroupSituation extends Situation {
  /** The group's. */
  readonly series: Series
  /** Whether operators have muted `(many)` for now. */
  readonly isManySilenced: boolean
}

export interface GroupDecision extends Storm {
  readonly group: AlertState
  /** The notice that the caller is to deliver now; nobody else may until the lease ends. */
  readonly claim: Pending | undefined
  /** Whether the claim is of `(many)`, and not of the group. */
  readonly isOfMany: boolean
  /** For about this long the group raises no alert, since one of `(many)` tells of it, or as many as may have begun; 0 where it may. */
  readonly heldMs: number
}

/** Decides for one group of a rule, as `decide` does for a series. */
export function decideGroup(given: AlertState, storm: Storm, situation: GroupSituation): GroupDecision {
  const { nowMs, fresh, series } = situation
  const { maxAlertsPerMinute } = series.rule
  const begunMs = begunWithin(storm.begunMs, nowMs)
  const before = cooledByMany(given, storm.many)
  const isFull = begunMs.length >= maxAlertsPerMinute
  const isTold =
    fresh > 0 && isFreeToRaise(before, situation) && (before.joined !== undefined || (isFull && isCrossed(situation)))
  const episode = followed(before.episode, situation)
  const { state, claim } = decideOn({ ...before, episode }, { ...situation, isTold })
  const left = leave(state, storm.many, episode, situation)
  if (isTold) {
    const held = hold(left.group, left.many, situation)
    const firstMs = begunMs.at(-maxAlertsPerMinute) ?? nowMs
    const untilMs = held.group.joined === undefined ? firstMs + LIMITED_MS : (held.many.pending?.turn.untilMs ?? nowMs)
    return { ...held, begunMs, isOfMany: held.claim !== undefined, heldMs: Math.max(1, untilMs - nowMs) }
  }
  const isBegun = claim?.facts.kind === 'firing' && claim.id !== before.pending?.id
  const untilMs = left.group.joined === undefined ? 0 : (left.many.pending?.turn.untilMs ?? 0)
  return {
    ...left,
    begunMs: isBegun ? [...begunMs, nowMs] : begunMs,
    claim,
    isOfMany: false,
    heldMs: Math.max(0, untilMs - nowMs),
  }
}

/**
 * Whether no alert tells of what a group meets now though nothing of its own holds it back: as many as may have begun, and `(many)` takes no
 * more groups.
 */
export function isShut(
  { many, begunMs }: Storm,
  { rule }: Series,
  { nowMs, isManySilenced }: Pick<GroupSituation, 'nowMs' | 'isManySilenced'>,
): boolean {
  if (begunWithin(begunMs, nowMs).length < rule.maxAlertsPerMinute) return false
  if (many.pending?.facts.kind === 'firing') return many.pending.gathering === undefined
  return !isFreeToRaise(many, { nowMs, policy: rule, isSilenced: isManySilenced })
}

function begunWithin(begunMs: readonly number[], nowMs: number): readonly number[] {
  return begunMs.filter((atMs) => atMs > nowMs - LIMITED_MS)
}

/** Decides for `(many)` where no group adds anything: what is pending, and the end. */
export function decideMany(many: AlertState, situation: Situation): ReturnType<typeof decideOn> {
  return decideOn(many, { ...situation, total: 0, requests: 0, fresh: 0 })
}

/** The alert with its count and groups frozen, as its first attempt begins. */
export function frozen(pending: Pending): Pending {
  const { gathering, ...rest } = pending
  return gathering === undefined ? pending : { ...rest, draft: withGroups(rest.draft, gathering) }
}

/**
 * Puts into a draft (JSON of an object) how many groups an alert tells of, and which have the most errors. Where no draft has come, whoever
 * makes the attempt puts its own in front.
 */
function withGroups(draft: string, { groups, top }: Gathering): string {
  const named = top.map(({ text, count }) => ({ value: text, count }))
  const before = /^\{.+\}$/s.test(draft) ? `${draft.slice(0, -1)},` : '{'
  return `${before}"groups":${groups},"top_groups":${JSON.stringify(named)}}`
}

/** A member whose alert is not pending any more is free again; where that was delivered, its cooldown is the member's. */
export function cooledByMany(group: AlertState, many: AlertState): AlertState {
  const { joined, ...free } = group
  if (joined === undefined || isPending(many, joined.id)) return group
  const { delivery } = many
  // One that was given up began no cooldown.
  const isDelivered = delivery !== undefined && delivery.atMs >= joined.atMs
  return isDelivered && delivery.atMs > (free.delivery?.atMs ?? Number.NEGATIVE_INFINITY) ? { ...free, delivery } : free
}

function isPending({ pending }: AlertState, id: string): boolean {
  return pending?.id === id
}

type Held = Pick<GroupDecision, 'group' | 'many' | 'claim'>

/** The group adds to the alert of `(many)`, or raises it; or its errors raise nothing. */
function hold(group: AlertState, many: AlertState, situation: GroupSituation): Held {
  const { fresh } = situation
  const isCrossing = isCrossed(situation)
  // Of the group alone are its requests, the end of its tumbling window, and that an attempt of its own is forced.
  const ofMany: Situation = {
    ...situation,
    requests: 0,
    endsAtMs: undefined,
    isForced: false,
    isSilenced: situation.isManySilenced,
  }
  if (many.pending?.facts.kind !== 'firing') {
    if (!isFreeToRaise(many, ofMany)) return { group, many: suppress(many, fresh), claim: undefined }
    const { state } = raise(withoutVoidEnd(many, ofMany), ofMany, 0)
    const pending = state.pending && { ...state.pending, count: 0, gathering: { groups: 0, top: [] } }
    const joined = join(group, { ...state, pending }, situation)
    return { ...joined, claim: joined.many.pending }
  }
  const isMember = group.joined !== undefined
  const added = (): Omit<Held, 'claim'> => {
    if (many.pending?.gathering !== undefined) return join(group, many, situation)
    if (!isMember) return { group, many: suppress(many, fresh) }
    const suppressed = suppress(group, fresh)
    return isCrossing ? goOn(suppressed, many, situation) : { group: suppressed, many }
  }
  const { group: after, many: told } = added()
  const { state, claim } = take(told, ofMany, isCrossing)
  return { group: after, many: state, claim }
}

function suppress(state: AlertState, errors: number): AlertState {
  return { ...state, suppressed: state.suppressed + errors }
}

/** Adds a group's errors to the alert of `(many)` that is pending. */
function join(group: AlertState, many: AlertState, situation: GroupSituation): Omit<Held, 'claim'> {
  const { pending } = many
  if (pending?.gathering === undefined) return { group, many }
  const { total, nowMs, series } = situation
  const known = group.joined?.count ?? 0
  const count = Math.max(known, total)
  const { groups, top } = pending.gathering
  const gathering = {
    groups: known > 0 ? groups : groups + 1,
    top: ranked(top, { key: series.groupKey, text: groupText(series), count }),
  }
  const joined = { id: pending.id, count, atMs: group.joined?.atMs ?? nowMs }
  const told = { ...many, pending: { ...pending, count: pending.count + count - known, gathering } }
  const member = { ...group, joined }
  return isCrossed(situation) ? goOn(member, told, situation) : { group: member, many: told }
}

function ranked(top: readonly Member[], member: Member): readonly Member[] {
  const others = top.filter(({ key }) => key !== member.key)
  return [...others, member].sort((a, b) => b.count - a.count).slice(0, MAX_NAMED)
}

/** Both episodes go on with the member's errors. */
function goOn(group: AlertState, many: AlertState, situation: GroupSituation): Omit<Held, 'claim'> {
  const { policy, nowMs, total } = situation
  const { pending } = many
  if (!policy.sendResolved || pending === undefined) return { group, many }
  const begun = { ...begin(pending, situation), total: 0, ofMany: { id: pending.id, ongoing: 0 } }
  const known = many.episode
  const { ofMany, ...episode } =
    known?.ofMany === undefined ? { ...begun, before: known?.before } : { ...known, ofMany: known.ofMany }
  const ongoing = group.ongoingOf === ofMany.id ? ofMany.ongoing : ofMany.ongoing + 1
  return {
    group: {
      ...group,
      episode: group.episode ?? begin({ count: total, raisedAtMs: nowMs }, situation),
      ongoingOf: ofMany.id,
    },
    many: {
      ...many,
      episode: {
        ...episode,
        peak: Math.max(episode.peak, pending.count),
        quietFromMs: undefined,
        ofMany: { ...ofMany, ongoing },
      },
    },
  }
}

/** Once the errors of a member have stopped it leaves the episode of `(many)`; that is over with the last one. */
function leave(
  group: AlertState,
  many: AlertState,
  episode: Episode | undefined,
  situation: Situation,
): Omit<Held, 'claim'> {
  const { ongoingOf, ...stopped } = group
  if (ongoingOf === undefined || !situation.policy.sendResolved) return { group, many }
  if (episode !== undefined && !isOver(episode, situation)) return { group, many }
  const all = many.episode
  if (all?.ofMany === undefined || all.ofMany.id !== ongoingOf) return { group: stopped, many }
  const ongoing = all.ofMany.ongoing - 1
  // When the count of the last member fell dates the end.
  const lastErrorMs = Math.max(all.lastErrorMs, episode?.quietFromMs ?? situation.nowMs)
  const quietFromMs = ongoing > 0 ? undefined : lastErrorMs
  const total = all.total + (episode?.total ?? 0)
  const after = { ...all, total, lastErrorMs, quietFromMs, ofMany: { ...all.ofMany, ongoing } }
  return { group: stopped, many: { ...many, episode: after } }
}
