// Modules that the build makes, of files for browsers as texts, which it packs: see `imports` in package.json, and .build.js.

/** thread/files.ts, as an ES module and as CommonJS. */
declare module '#thread-files' {
  export const workerFile: typeof import('./thread/files.js').workerFile
}

/** The status page: its document, and the parts of its own that it asks for. */
declare module '#page' {
  export const html: string
  export const style: string
  export const script: string
}

/** What a backtest's report holds beside its data, to be put into it. */
declare module '#report' {
  export const style: string
  /** Runs after `#uplot`, where the document has an element `report` with the data as JSON. */
  export const script: string
}

/** uPlot, which draws the charts of both. */
declare module '#uplot' {
  /** Defines `uPlot` for the scripts after it. */
  export const script: string
}
