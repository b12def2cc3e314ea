// A backtest's report as one page that needs nothing else: no network and no server, only a browser. The code that runs in it is in
// src/page/report.
import { createHash } from 'node:crypto'
import { script, style } from '#report'
import { script as uplot } from '#uplot'
import { PAGE_START } from './page-file.js'
import { toReportData } from './report-data.js'
import type { ToldReport } from './told-report.js'

/** `files` are what was read, in the words of the command line; the report has its timelines. */
export function backtestHtml(told: ToldReport, files: readonly string[]): string {
  // No text of the report can end the element that holds it.
  const data = JSON.stringify(toReportData(told, files)).replace(/</g, '\\u003c')
  const scripts = [uplot, script]
  const policy = `default-src 'none'; script-src ${hashesOf(scripts)}; style-src ${hashesOf([style])}; base-uri 'none'; form-action 'none'`
  return `${PAGE_START}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Backtest</title>
<style>${style}</style>
</head>
<body>
<header><h1>Backtest</h1></header>
<main><noscript>This report needs JavaScript, which is switched off in this browser.</noscript></main>
<script type="application/json" id="report">${data}</script>
${scripts.map((text) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`
}

function hashesOf(texts: readonly string[]): string {
  return texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ')
}
