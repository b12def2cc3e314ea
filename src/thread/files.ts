// Where the file of the thread is. `import.meta`, which tells that, keeps a file from being compiled to CommonJS, as Jest compiles what it tests.
// So it stands here alone, and the others import this by the name `#thread-files`, of which the build makes an ES module and a twin that is
// CommonJS: see `imports` in package.json.
import { existsSync } from 'node:fs'

/** The worker's file, which the build puts beside this code; undefined where a bundler has taken this code elsewhere, and left that behind. */
export function workerFile(): URL | undefined {
  // Undefined in a bundle that is CommonJS. In these words others know which file is meant: what traces those of an application takes it
  // along, and webpack would take it without what it imports.
  const isModule = (import.meta.url as string | undefined) !== undefined
  const file = isModule ? new URL(/* webpackIgnore: true */ './winston-worker.js', import.meta.url) : undefined
  return file !== undefined && existsSync(file) ? file : undefined
}
