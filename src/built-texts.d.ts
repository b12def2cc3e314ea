// Modules that the build makes of files for browsers, as texts: see `imports` in package.json, and .build.js.

/** The status page: its document, and the parts of its own that it asks for. */
declare module '#page' {
  export const html: string
  export const style: string
  export const script: string
}

/** uPlot, which draws the charts of the status page and of a backtest's report. */
declare module '#uplot' {
  export const style: string
  /** Defines `uPlot` for the scripts after it. */
  export const script: string
}
