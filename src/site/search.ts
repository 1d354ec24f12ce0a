// The search box of every page: titles first, then what a page is about. Everything happens in the browser.
import type { Entry } from './entry.ts'

const box = document.querySelector<HTMLInputElement>('#search'), list = document.querySelector<HTMLElement>('#hits')
const top = document.body.dataset['top'] ?? ''
let entries: Promise<readonly Entry[]> | undefined
const load = (): Promise<readonly Entry[]> => (entries ??= fetch(`${top}search.json`).then(response => response.json() as Promise<readonly Entry[]>))

const most = 12

/** Pages that have all the words, those with the words in the title first. */
function found(all: readonly Entry[], asked: string): readonly Entry[] {
  const words = asked.toLowerCase().split(/\s+/).filter(word => word !== '')
  if (words.length === 0) return []
  return all.map(entry => {
    const title = `${entry.title} ${entry.path}`.toLowerCase(), whole = `${title} ${entry.summary.toLowerCase()}`
    return { entry, score: words.every(word => whole.includes(word)) ? words.filter(word => title.includes(word)).length + 1 : 0 }
  }).filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, most).map(({ entry }) => entry)
}

function show(hits: readonly Entry[]): void {
  if (!box || !list) return
  list.replaceChildren(...hits.map(({ path, title, summary }, i) => {
    const item = document.createElement('li'), link = document.createElement('a'), text = document.createElement('span')
    item.id = `hit-${i}`
    item.role = 'option'
    link.href = `${top}${path}.html`
    link.textContent = title
    text.textContent = summary
    item.append(link, text)
    return item
  }))
  list.hidden = hits.length === 0
  box.setAttribute('aria-expanded', String(hits.length > 0))
  box.removeAttribute('aria-activedescendant')
}

box?.addEventListener('input', () => { void load().then(all => { show(found(all, box.value)) }) })
box?.addEventListener('keydown', event => {
  const options = [...list?.children ?? []]
  const at = options.findIndex(option => option.ariaSelected === 'true')
  if (event.key === 'Escape') { box.value = ''; show([]); return }
  if (event.key === 'Enter') { (options[Math.max(at, 0)]?.firstElementChild as HTMLAnchorElement | null)?.click(); return }
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0 || options.length === 0) return
  event.preventDefault()
  const next = (at + step + options.length) % options.length
  for (const [i, option] of options.entries()) option.ariaSelected = String(i === next)
  box.setAttribute('aria-activedescendant', options[next]?.id ?? '')
})
