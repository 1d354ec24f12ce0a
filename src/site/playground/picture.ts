// The picture of what is deployed, drawn by the HTML report's own code, in a tree of its own so that neither's style reaches the other.
import type { Report } from '../../model/report.ts'
import { graphsOf } from '../../reporters/graph.ts'
import { picture } from '../../reporters/html/picture.ts'
import { pictureStyle } from '../../reporters/html/style.ts'

/** Draws each stack into the element; `go` is told the place of what somebody chose. */
export function draw(into: HTMLElement, report: Report, go: (file: string, line: number, column: number) => void): void {
  const root = into.shadowRoot ?? into.attachShadow({ mode: 'open' })
  const sheet = document.createElement('style')
  // The page's own colours under the report's names.
  sheet.textContent = `:host { --front: var(--ink); --back: var(--paper); --bad: var(--error); --mark: var(--line) } ${pictureStyle}`
  const graphs = graphsOf(report)
  const drawn = graphs.map(graph => {
    const parsed = new DOMParser().parseFromString(picture(graph).svg, 'text/html').body
    for (const link of parsed.querySelectorAll('a')) {
      const id = (link.getAttribute('href') ?? '').slice(1)
      const node = graph.components.find(each => each.id === id)?.component ?? graph.programs.find(each => each.id === id)
      link.addEventListener('click', event => {
        event.preventDefault()
        if (node) go(node.file, node.line, 'column' in node ? node.column : 1)
      })
    }
    return parsed
  })
  root.replaceChildren(sheet, ...drawn.flatMap(body => [...body.childNodes]))
  if (graphs.length === 0) root.append('Nothing is deployed here.')
}
