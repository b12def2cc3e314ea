// The page of a backtest's report: draws the data that stands in the document.
import type { ReportData } from '../../cli/backtest/report-data.js'
import { byId } from '../dom.js'
import { alertsCard } from './alerts.js'
import { comparisonCard } from './comparison.js'
import { rangeOf } from './runs.js'
import { seriesCards } from './series-cards.js'
import { summary } from './summary.js'

const data = JSON.parse(byId('report', HTMLScriptElement).text) as ReportData
const range = rangeOf(data.runs)
document.querySelector('header')?.append(...summary(data, range))
document.querySelector('main')?.append(
  ...(data.runs.length > 1 ? [comparisonCard(data.runs)] : []),
  ...(range === undefined ? [] : seriesCards(data.runs, range)),
  ...data.runs.map((run, at) =>
    alertsCard(run, {
      name: data.runs.length > 1 ? run.name : '',
      isOpen: at === 0,
      isWhole: data.gaps.length === 0,
    }),
  ),
)
