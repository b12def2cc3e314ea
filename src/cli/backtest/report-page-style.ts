/** The style sheet of a backtest's page. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f6f8; --card: #ffffff; --ink: #1c1d22; --soft: #62646f; --line: #e3e4e9;
  --count: #2563eb; --fill: rgba(37, 99, 235, 0.13); --rate: #7d8597; --threshold: #c2410c;
  --alert: #d11a2a; --end: #15803d; --cooldown: rgba(217, 119, 6, 0.14); --edge: rgba(217, 119, 6, 0.55);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121317; --card: #1b1c22; --ink: #ecedf2; --soft: #a2a5b2; --line: #2e3039;
    --count: #7ea6ff; --fill: rgba(126, 166, 255, 0.16); --rate: #8a92a6; --threshold: #fb923c;
    --alert: #ff6b74; --end: #4ade80; --cooldown: rgba(251, 191, 36, 0.13); --edge: rgba(251, 191, 36, 0.5);
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main, header { max-width: 1280px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 32px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 17px; line-height: 1.35; margin: 0; overflow-wrap: anywhere; }
h3 { font-size: 14px; font-weight: 600; margin: 0 0 2px; overflow-wrap: anywhere; }
p { margin: 0; }
.soft { color: var(--soft); overflow-wrap: anywhere; }
.small { font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; margin: 18px 0; }
.tiles { display: flex; flex-wrap: wrap; gap: 8px 40px; margin: 18px 0 0; padding: 0; }
.tiles dt { color: var(--soft); font-size: 13px; }
.tiles dd { margin: 0; font-size: 24px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tiles .alert dd { color: var(--alert); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 18px 0 0; padding: 0; list-style: none; font-size: 13px; color: var(--soft); }
.legend li { display: flex; align-items: center; gap: 7px; }
.key { width: 16px; height: 12px; flex: none; }
.key.count { background: var(--fill); border-top: 2px solid var(--count); }
.key.threshold { height: 0; border-top: 2px dashed var(--threshold); }
.key.alert { width: 0; height: 0; border: 6px solid transparent; border-top: 10px solid var(--alert); border-bottom: 0; }
.key.end { width: 10px; height: 10px; border: 2px solid var(--end); border-radius: 50%; }
.key.cooldown { background: var(--cooldown); border-left: 1px solid var(--edge); border-right: 1px solid var(--edge); }
.key.rate { background: var(--rate); width: 6px; }
.runs { display: grid; gap: 22px; margin-top: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); }
.runs > div { min-width: 0; }
.chart { min-height: 304px; margin-top: 6px; border-radius: 6px; }
.chart:focus-visible, .scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--count); outline-offset: 2px; }
.readout { min-height: 20px; font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; }
.uplot, .uplot * { font-family: inherit; }
.u-cursor-x, .u-cursor-y { border-color: var(--soft) !important; }
.u-select { background: var(--fill) !important; }
table { width: 100%; border-collapse: collapse; margin-top: 12px; font-variant-numeric: tabular-nums; }
th { text-align: left; font-size: 13px; font-weight: 600; color: var(--soft); }
th, td { padding: 7px 14px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child > * { border-bottom: 0; }
td.time { white-space: nowrap; }
.kind { font-weight: 600; white-space: nowrap; }
.kind.alert { color: var(--alert); }
.kind.resolved { color: var(--end); }
.settings th[scope=row] { font-weight: 400; }
.settings td, .settings thead th + th { text-align: right; }
.scroll { overflow-x: auto; }
summary { cursor: pointer; font-weight: 600; }
footer { color: var(--soft); font-size: 13px; padding: 4px 0 40px; }
@media (max-width: 640px) {
  main, header { padding: 0 12px; }
  header { padding-top: 20px; }
  .card { padding: 14px 12px; margin: 12px 0; }
  .tiles { gap: 8px 26px; }
  .tiles dd { font-size: 20px; }
  .alerts thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .alerts, .alerts tbody, .alerts tr, .alerts td { display: block; }
  .alerts tr { padding: 9px 0; border-bottom: 1px solid var(--line); }
  .alerts tr:last-child { border-bottom: 0; }
  .alerts td { border: 0; padding: 0; }
  .alerts td.time, .alerts td.kind { display: inline-block; margin-right: 12px; }
}
@media print { .card { break-inside: avoid; } }
`
