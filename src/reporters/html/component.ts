// What is known of a component, in HTML: uses with their evidence, decision tables, settings, findings, and what is unknown.
import type { ReportedComponent, ReportedDecision, ReportedUse } from '../../model/report.ts'
import type { Context } from '../context.ts'
import { certainty } from '../decision.ts'
import { verdictSigns, verdictWords, type ComponentNode } from '../graph.ts'
import { exampleUses } from '../stacks.ts'
import { findingHtml } from './finding.ts'
import { esc, list, place } from './markup.ts'

const mostEvidence = 8

/** The component as a section that the picture links to; its stack's heading is a part of its name. */
export function componentHtml(node: ComponentNode, heading: string, context: Context): string {
  const { component, findings, id } = node
  const { verdict } = component
  const facts = [component.product, component.version, component.external ? 'runs elsewhere' : undefined, node.nodes > 1 ? `${node.nodes} nodes` : undefined]
  return `<section class="component ${verdict}" id="${id}" tabindex="-1" aria-labelledby="${id}n ${heading}">` +
    `<h3 id="${id}n"><span class="verdict">${verdictSigns[verdict]} ${verdictWords[verdict]}</span> ${esc(component.name)} <span class="about">${esc(facts.filter(Boolean).join(' · '))}</span></h3>` +
    `<p class="about">${place(component)}${component.links.length > 0 ? ` · used by ${component.links.slice(0, 12).map(({ program }) => esc(program)).join(', ')}${component.links.length > 12 ? ` and ${component.links.length - 12} more` : ''}` : ''}</p>` +
    (component.uses.length === 0
      ? `<p>Nothing shows what it is used for. Say it there: the label <code>misfit.use: ${exampleUses(component)}</code> on a service or pod, <code>x-misfit: USE</code> in values.</p>`
      : `<details><summary>Used as ${component.uses.map(use => `${use.established ? '' : 'perhaps '}<strong>${use.use}</strong> ${certainty(use.confidence)}`).join(', ')}</summary>${component.uses.map(use => evidence(use, context)).join('')}</details>`) +
    (component.decisions ?? []).map(decisionHtml).join('') +
    settings(component) +
    findings.map((finding, i) => findingHtml(finding, `${id}f${i}`, context)).join('') +
    '</section>'
}

function evidence({ use, evidence: all }: ReportedUse, { source }: Context): string {
  const items = all.slice(0, mostEvidence).map(note => {
    const line = source(note.file, note.line)?.trim().slice(0, 200)
    return `${esc(note.text)} ${place(note)}${line === undefined || line === '' ? '' : `<pre class="line">${esc(line)}</pre>`}`
  })
  return `<h5>${use}</h5>${list([...items, ...all.length > mostEvidence ? [`and ${all.length - mostEvidence} more`] : []], 'because')}`
}

const sides = { redis: 'Redis', kafka: 'Kafka', both: 'both', unknown: 'unknown' } as const

function decisionHtml({ id, verdict, instead, rows }: ReportedDecision): string {
  const known = rows.filter(({ side }) => side !== 'unknown')
  const unknown = rows.filter(({ side }) => side === 'unknown')
  const cells = known.map(({ title, side, reasons, stated }) =>
    `<tr class="${side}"><th scope="row">${esc(title)}</th><td>${sides[side]}</td><td>${esc(reasons.join('; '))}${stated.map(note => ` <span class="about">(${esc(note.text)}, ${place(note)})</span>`).join('')}</td></tr>`)
  return `<details class="decision"><summary>Decision table: ${esc(id)}, ${verdictSigns[verdict]} ${verdictWords[verdict]}${instead === undefined ? '' : `, better ${esc(instead)}`}</summary>` +
    `<table><thead><tr><th scope="col">Row</th><th scope="col">Side</th><th scope="col">Because</th></tr></thead><tbody>${cells.join('')}</tbody></table>` +
    (unknown.length === 0 ? '' : `<p class="about">Unknown: ${esc(unknown.map(({ title }) => title.toLowerCase()).join(', '))}.</p>`) + '</details>'
}

function settings({ settings: all }: ReportedComponent): string {
  const entries = Object.entries(all)
  if (entries.length === 0) return ''
  const unknown = entries.filter(([, setting]) => setting.state === 'unknown').length
  const rows = entries.map(([name, setting]) => `<tr class="${setting.state}"><th scope="row"><code>${esc(name)}</code></th>${
    setting.state === 'stated' ? `<td><code>${esc(setting.value)}</code></td><td>stated, ${place(setting)}</td>`
      : setting.state === 'defaulted' ? `<td><code>${esc(setting.value)}</code></td><td>default of ${esc(setting.of)}</td>`
        : `<td>unknown</td><td>${esc(setting.why)}</td>`}</tr>`)
  return `<details class="settings"><summary>${entries.length} settings${unknown > 0 ? `, ${unknown} unknown` : ''}</summary>` +
    `<table><thead><tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">From</th></tr></thead><tbody>${rows.join('')}</tbody></table></details>`
}
