// The report as one HTML file that asks for nothing: pictures of the stacks, and below each what is known of its components.
import type { Report } from '../../model/report.ts'
import type { Context } from '../context.ts'
import { graphsOf, verdictSigns, type StackGraph } from '../graph.ts'
import { count, severityCounts, titleOf, unreadOf } from '../stacks.ts'
import { behaviour, behaviourHash } from './behaviour.ts'
import { componentHtml } from './component.ts'
import { findingHtml } from './finding.ts'
import { esc, list, place } from './markup.ts'
import { outcomeLine } from '../outcome.ts'
import { picture } from './picture.ts'
import { style } from './style.ts'

// As many stacks as a reader sees at once are unfolded.
const mostOpen = 5

/** The whole page. */
export function html(report: Report, context: Context): string {
  const graphs = graphsOf(report)
  const placed = new Set(graphs.flatMap(graph => graph.components.flatMap(({ findings }) => findings)))
  const unread = unreadOf(report)
  const others = report.findings.filter(finding => !placed.has(finding))
  const spoken = graphs.filter(({ findings }) => findings.length > 0)
  const open = new Set((spoken.length > 0 ? spoken : graphs).slice(0, mostOpen))
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${behaviourHash}'; img-src data:; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer">
<title>misfit: ${esc(outcomeLine(report, context.outcome))}</title><style>${style}</style></head><body>
<a class="skip" href="#main">To the stacks</a>
<header><h1>misfit</h1><p class="outcome">${esc(outcomeLine(report, context.outcome))}</p>
<p class="about">${esc(`${count(report.summary.components, 'component')} in ${count(report.summary.stacks, 'stack')}, ${count(report.summary.files, 'file')}`)} · ${verdictSigns.fits} fits, ${verdictSigns.misfit} misfit, ${verdictSigns.undecided} not judged · misfit ${esc(context.version)}, ${esc(context.started.replace('T', ' '))} UTC</p>
<div class="controls" hidden><input type="search" id="search" placeholder="Search (press /)" aria-label="Search names, rules and files">${(['error', 'warning', 'info'] as const).map(severity => `<label><input type="checkbox" data-severity="${severity}" checked> ${severity}</label>`).join('')}<label><input type="checkbox" id="only"> only with findings</label><button type="button" id="fold">Fold or unfold</button><button type="button" id="theme">Light or dark</button><span class="count" id="count" role="status"></span></div></header>
<main id="main" tabindex="-1">
${graphs.map(graph => stackHtml(graph, open.has(graph), context)).join('\n')}
${graphs.length === 0 ? '<p>There is no Redis and no Kafka in what was read.</p>' : ''}
${others.length === 0 ? '' : `<section><h2>Further findings</h2>${others.map((finding, i) => findingHtml(finding, `f${i}`, context)).join('')}</section>`}
${report.problems.length === 0 ? '' : `<section><h2>Not readable</h2>${list(report.problems.map(problem => `${place(problem)} ${esc(problem.message)}`))}</section>`}
${unread.length === 0 ? '' : `<section><h2>Not read</h2><p class="about">What depends on these was not judged.</p>${list(unread.map(note => `${place(note)} ${esc(note.text)}`))}</section>`}
</main>
<footer><p class="about">What hides in an unset variable, a secret or a file that is not there is unknown, and an unknown is never a finding.</p></footer>
<script>${behaviour}</script></body></html>
`
}

function stackHtml(graph: StackGraph, open: boolean, context: Context): string {
  const { stack, components, programs, flows, findings, id } = graph
  const { title, about } = titleOf(stack)
  const counts = severityCounts({
    errors: findings.filter(({ severity }) => severity === 'error').length,
    warnings: findings.filter(({ severity }) => severity === 'warning').length,
    infos: findings.filter(({ severity }) => severity === 'info').length,
  }).map(([, words]) => words)
  const drawn = picture(graph)
  const signs = components.slice(0, 6).map(({ component }) => `${verdictSigns[component.verdict]} ${component.name}`).join('  ')
  return `<details class="stack" id="${id}"${open ? ' open' : ''} data-words="${esc(`${title} ${about} ${stack.files.join(' ')}`.toLowerCase())}"><summary><h2 id="${id}h">${esc(title)}</h2> <span class="about">${esc([about, signs + (components.length > 6 ? ` and ${components.length - 6} more` : ''), counts.join(', ')].filter(part => part !== '').join(' · '))}</span></summary><div class="inside">` +
    `<div class="drawing" tabindex="0" role="region" aria-label="Picture of ${esc(title)}">${drawn.svg}</div>${drawn.left > 0 ? `<p class="about">${drawn.left} more had no room in the picture and are below.</p>` : ''}` +
    components.map(node => componentHtml(node, `${id}h`, context)).join('') +
    (programs.length === 0 ? '' : `<details class="programs"><summary>${count(programs.length, 'program')}</summary><table><thead><tr><th scope="col">Program</th><th scope="col">Where</th><th scope="col">Uses</th></tr></thead><tbody>${programs.map(program =>
      `<tr id="${program.id}" tabindex="-1"><th scope="row">${esc(program.name)}</th><td>${place(program)}</td><td>${flows.filter(({ from }) => from === program).map(({ to, uses }) =>
        `<a href="#${to.id}">${esc(to.component.name)}</a>${uses.length > 0 ? ` as ${uses.map(esc).join(', ')}` : ''}`).join('; ')}</td></tr>`).join('')}</tbody></table></details>`) +
    `<p class="about">Files: ${stack.files.slice(0, 20).map(esc).join(', ')}${stack.files.length > 20 ? ` and ${stack.files.length - 20} more` : ''}</p></div></details>`
}
