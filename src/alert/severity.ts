// How bad an alert is, as its label `severity` says.
import type { Payload } from './payload.js'

/** The words that receivers know, the worst first. */
export const severities = ['critical', 'error', 'warning', 'info'] as const

export type Severity = (typeof severities)[number]

/** The label `severity` where it is one of the words that receivers know, in capitals or not; else undefined. */
export function severityOf({ labels }: Pick<Payload, 'labels'>): Severity | undefined {
  const told = labels?.['severity']?.trim().toLowerCase()
  return severities.find((severity) => severity === told)
}
