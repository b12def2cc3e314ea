// A backtest report as one page that needs nothing else: no network, no server, a browser of these years.
import { createHash } from 'node:crypto'
import * as uplot from '#uplot'
import type { BacktestReport } from '../../backtest/backtest.js'
import type { BacktestRun } from '../../backtest/replay.js'
import { PAGE_START } from './page-file.js'
import { chartScript } from './report-page-charts.js'
import { pageScript } from './report-page-script.js'
import { pageStyle } from './report-page-style.js'

/** So many alerts of each setting stand in its table. */
const MAX_ALERTS = 2000
const noTimeline = { from: '', to: '', bucketSeconds: 1, series: [], others: { errors: 0, alerts: 0 } }

/** `compare` and `files` say what was compared and read, as it was asked for; the report has its timelines. */
export function backtestHtml(report: BacktestReport, compare: readonly string[], files: readonly string[]): string {
  const { lines, skipped, compared } = report
  const names = ['as given', ...compare]
  const runs = [report, ...compared].map((run, i) => toRun(run, names[i] ?? ''))
  const given = files.map((file) => (file === '-' ? 'standard input' : file))
  const data = JSON.stringify({ lines, skipped, files: given, runs }).replace(/</g, '\\u003c')
  const styles = [uplot.style, pageStyle]
  const scripts = [uplot.script, pageScript + chartScript]
  const policy = `default-src 'none'; script-src ${hashesOf(scripts)}; style-src ${hashesOf(styles)}; base-uri 'none'; form-action 'none'`
  return `${PAGE_START}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Backtest</title>
${styles.map((text) => `<style>${text}</style>`).join('\n')}
</head>
<body>
<header><h1>Backtest</h1></header>
<main><noscript>This report draws its charts with a script, and scripts are switched off.</noscript></main>
<script type="application/json" id="report">${data}</script>
${scripts.map((text) => `<script>${text}</script>`).join('\n')}
</body>
</html>
`
}

/** What the page shows of a setting's run. */
function toRun(
  { errors, duplicates, untimed, late, alerts, unlisted, timeline = noTimeline }: BacktestRun,
  name: string,
): object {
  const told = alerts.slice(0, MAX_ALERTS).map(({ sample, why: _, ...alert }) => ({
    ...alert,
    statusCode: sample.statusCode,
    message: sample.errorMessage,
  }))
  const alertsLeftOut = alerts.length - told.length + (unlisted?.alerts ?? 0) + (unlisted?.ends ?? 0)
  return { name, errors, duplicates, untimed, late, alerts: told, alertsLeftOut, timeline }
}

function hashesOf(texts: readonly string[]): string {
  return texts.map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ')
}
