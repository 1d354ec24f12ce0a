// The stacks and their components as text: one line a stack, or all that is known of each.
import type { Finding, ReportedComponent, ReportedStack, ReportedUse } from '../../model/report.ts'
import { certainty } from '../decision.ts'
import { clipped } from '../plain.ts'
import { titleOf } from '../stacks.ts'
import { padded, widthOf, wrap } from '../width.ts'
import { uncoloured, type Page } from './page.ts'

const mostComponents = 4

/** One line: where the stack is, and what those of its components are that something is said about. */
export function stackLine(stack: ReportedStack, findings: readonly Finding[], page: Page): string {
  const concerned = new Set(findings.map(finding => finding.component))
  const components = stack.components.filter(component => component.partOf === undefined && concerned.has(component.name))
  const more = components.length > mostComponents ? ` and ${components.length - mostComponents} more` : ''
  const line = (on: Page, of: ReportedStack): string =>
    [heading(of, on), ...components.slice(0, mostComponents).map(component => `${mark(component, on)} ${clipped(component.name, 40)} ${shortUses(component.uses)}`)].join('  ') + more
  // Why it is taken for what it is can be read with --verbose, too.
  const brief = { ...stack, environmentBecause: [] }
  return line(page, widthOf(line({ ...page, colors: uncoloured }, stack)) <= page.width ? stack : brief)
}

/** Where the stack is, and what it is taken for. */
export function heading(stack: ReportedStack, { colors }: Page): string {
  const { title, about } = titleOf(stack)
  return `${colors.bold(title)}${about === '' ? '' : colors.dim(` · ${about}`)}`
}

const shortUses = (uses: readonly ReportedUse[]): string => {
  const sure = uses.filter(use => use.established)
  if (sure.length > 0) return `(${sure.slice(0, 3).map(use => use.use).join(', ')}${sure.length > 3 ? ', …' : ''})`
  return uses[0] === undefined ? '(use unknown)' : `(perhaps ${uses[0].use})`
}

/** The stack with a line for every component: what it is, its uses, its clients, the verdict. */
export function overview(stack: ReportedStack, page: Page): string {
  const { colors, width } = page
  // The further nodes of a cluster are one line with it.
  const components = stack.components.filter(component => component.partOf === undefined)
  const names = components.map(component => clipped(component.name, 40))
  const products = components.map(product)
  const nameWidth = Math.max(...names.map(widthOf))
  const productWidth = Math.max(...products.map(widthOf))
  return [heading(stack, page), ...components.flatMap((component, i) => {
    const start = `${padded(names[i] ?? '', nameWidth)}  ${colors.dim(padded(products[i] ?? '', productWidth))}`
    const rest = `${component.verdict}: ${usesOf(component.uses)}${clientsOf(component.clients)}`
    const indent = 2 + 2 + nameWidth + 2 + productWidth + 2
    const [first = '', ...more] = wrap(rest, Math.max(30, width - indent))
    return [`  ${mark(component, page)} ${start}  ${first}`, ...more.map(line => ' '.repeat(indent) + line)]
  })].join('\n')
}

const product = (component: ReportedComponent): string =>
  clipped([component.product, component.version, component.external ? '(external)' : undefined].filter(Boolean).join(' '), 40)

const usesOf = (uses: readonly ReportedUse[]): string =>
  uses.length === 0 ? 'use unknown' : uses.map(use => `${use.established ? '' : 'perhaps '}${use.use} ${certainty(use.confidence)}`).join(', ')

function clientsOf(clients: readonly string[]): string {
  if (clients.length === 0) return ''
  const shown = clients.slice(0, 6).map(name => clipped(name, 40)).join(', ')
  return ` ← ${shown}${clients.length > 6 ? ` and ${clients.length - 6} more` : ''}`
}

function mark(component: ReportedComponent, { colors }: Page): string {
  if (component.verdict === 'misfit') return colors.red('✖')
  return component.verdict === 'fits' ? colors.green('✔') : colors.dim('?')
}
