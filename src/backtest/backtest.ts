// The backtest: which alerts options would have raised, had they been in force when some lines were logged.
import type { LogsirenOptions, SettingsOptions } from '../config/options.js'
import { parseSomeOptions } from '../config/parse-options.js'
import { ConfigError } from '../errors.js'
import { type ParserName, parserNames } from '../record/foreign-lines/event-reader.js'
import { createSharedSieves } from '../record/sieve/shared-sieves.js'
import { LineSplitter } from '../record/sieve/splitter.js'
import { compileSieve } from '../record/sieve/text-sieve.js'
import { type CutFile, type Reading, readFiles, readText } from './files.js'
import { LineFeed, type NotUnderstood } from './line-feed.js'
import { type BacktestRun, Replay } from './replay.js'
import { inTurns } from './turns.js'

/**
 * Lines to read: the path of a file, or of several that are read one after the other; or text or bytes in chunks that are cut anywhere.
 * What begins as gzip, zlib or (from Node.js 22.15 on) zstd does is unpacked, and so is a file named `.br`; UTF-16 is read too. A list of
 * JSON objects, and objects that stand on several lines, are read as if each were a line.
 */
export type BacktestInput = string | readonly string[] | AsyncIterable<string | Uint8Array>

/** Among so many lines at the beginning of the input a time is searched for. */
const MAX_SEARCHED_LINES = 100

/** The options to try. They need no `url`, and nothing is sent. */
export interface BacktestOptions extends LogsirenOptions {
  /** Changes to try, each by itself on top of the options: `[{ threshold: 20 }, { windowSeconds: 300 }]`. @defaultValue none */
  readonly compare?: readonly BacktestChange[] | undefined
  /**
   * How lines are read: each as what it looks like, as JSON, as text with a level, or as an access log.
   * @defaultValue 'auto'
   */
  readonly parser?: ParserName | undefined
  /**
   * Earlier lines, from which rules with `newOnly` learn: then they learn no more, and each kind that is not in them is new.
   * @defaultValue none: such a rule learns for its `learnSeconds`, from its first error on
   */
  readonly learned?: BacktestInput | undefined
  /** Also report how the counts went over time, for each rule and group. @defaultValue false */
  readonly timeline?: boolean | undefined
}

/** A change of the options: some of them, all rules, or what is ignored. */
export type BacktestChange = SettingsOptions

/** What a backtest found. The members of `BacktestRun` are about the options without a change. */
export interface BacktestReport extends BacktestRun {
  /** Lines of the input, those passed over included. */
  readonly lines: number
  /** Lines that were passed over, since they were longer than 1,048,576 UTF-16 units. */
  readonly skipped: number
  /** Lines that were not understood, so that an error in them would not have been found. */
  readonly notUnderstood: NotUnderstood
  /** Files of which only the beginning could be read, since their data end too early or are damaged. */
  readonly incomplete: readonly CutFile[]
  /** Files that hold nothing; `standard input` for what comes from no file. */
  readonly empty: readonly string[]
  /** A run for each change in `compare`, in the same order. */
  readonly compared: readonly (BacktestRun & { readonly change: BacktestChange })[]
}

/**
 * Finds which alerts options would have raised for lines that were logged before. The evaluator's own logic runs over the lines, on a
 * clock that follows their times, and each alert counts as delivered at once. Nothing is sent. Lines are read as a stream: memory does
 * not grow with their number.
 *
 * @throws ConfigError (`ERR_LOGSIREN_CONFIG`) where options or a change are not valid
 * @throws Error where a file cannot be read: its message names the file and says why, `path` is the file and `code` the system's
 * own, such as `ENOENT`; what an iterable throws is thrown as it is
 * @example
 * const { alerts, compared } = await backtest('app.log', { threshold: 10, compare: [{ threshold: 20 }] })
 */
export async function backtest(input: BacktestInput, given: BacktestOptions = {}): Promise<BacktestReport> {
  const { compare = [], timeline: hasTimeline = false, parser = 'auto', learned, ...options } = given
  checkParser(parser)
  const changes = [{}, ...compare].map((change) => parseSomeOptions({ ...options, ...change }))
  // Each text is searched once for all runs, unless they differ in what an error is.
  const compile = changes.length > 1 ? createSharedSieves() : compileSieve
  const [incomplete, empty]: [CutFile[], string[]] = [[], []]
  const reading = { onCut: (cut: CutFile) => incomplete.push(cut), onEmpty: (file: string) => empty.push(file) }
  const lessons =
    learned === undefined
      ? []
      : changes.map((changed) => new Replay(changed, { isLesson: true, compileSieve: compile }))
  if (learned !== undefined) {
    checkLessons(lessons)
    const feed = new LineFeed(parser, lessons, Date.now())
    const splitter = new LineSplitter(
      (text, count) => feed.take(text, count),
      (count) => feed.skip(count),
    )
    for await (const piece of inTurns(textOf(learned, reading))) splitter.push(piece)
    splitter.end()
    feed.end()
  }
  const replays = changes.map(
    (changed, i) =>
      new Replay(changed, {
        hasTimeline,
        compileSieve: compile,
        known: lessons[i]?.endLesson(),
        ...(i === 0 && { onUnreadable: (line: string) => feed.addUnreadable(line) }),
      }),
  )
  const feed = new LineFeed(parser, replays, Date.now(), (json) => replays[0]?.mayTell(json) !== false)
  let isBegun = !hasTimeline
  const splitter = new LineSplitter(
    (text, count) => {
      const firstMs = isBegun ? undefined : feed.firstTimeIn(text)
      if (firstMs !== undefined) for (const replay of replays) replay.begin(firstMs)
      isBegun ||= firstMs !== undefined || feed.lines > MAX_SEARCHED_LINES
      feed.take(text, count)
    },
    (count) => feed.skip(count),
  )
  for await (const piece of inTurns(textOf(input, reading))) splitter.push(piece)
  splitter.end()
  feed.end()
  const [run, ...others] = replays.map((replay) => replay.end(feed.lastTime()))
  if (run === undefined) throw new Error('a backtest has at least one run')
  const { lines, skipped, notUnderstood } = feed
  return {
    lines,
    skipped,
    notUnderstood,
    incomplete,
    empty,
    ...run,
    compared: compare.map((change, i) => ({ change, ...(others[i] ?? run) })),
  }
}

function checkLessons(lessons: readonly Replay[]): void {
  if (lessons.some(({ asksForKinds }) => asksForKinds)) return
  const message = 'Expected `learned` together with `newOnly`: no rule counts only what is new, so none learns'
  throw new ConfigError([{ path: 'learned', message }], 'bad options')
}

function checkParser(parser: unknown): void {
  if (parserNames.some((name) => name === parser)) return
  const message = `Expected \`parser\` to be one of ${parserNames.join(', ')}, got another value`
  throw new ConfigError([{ path: 'parser', message }], 'bad options')
}

function textOf(input: BacktestInput, reading: Reading): AsyncIterable<string> {
  if (typeof input === 'string') return readFiles([input], reading)
  return isPaths(input) ? readFiles(input, reading) : readText(input, reading)
}

function isPaths(input: readonly string[] | AsyncIterable<string | Uint8Array>): input is readonly string[] {
  return Array.isArray(input)
}
