// Pages of docs/ → HTML pages with one frame, and an index for the search. Knows Markdown and the site's layout, nothing of rules.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Marked, type RendererObject } from 'marked'
import type { Plugin } from 'vite'
import type { Entry } from '../entry.ts'
import { escapeHtml, frame } from './frame.ts'

interface Page {
  /** Path in the site without `.html`: `rules/redis/hot-key`. */
  readonly path: string
  readonly title: string
  /** The first paragraph, as text. */
  readonly summary: string
  readonly html: string
}

/** Emits a page for each Markdown file below the folder, the front page and the index that the search reads. */
export function pagesFrom(folder: string): Plugin {
  return {
    name: 'pages',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.md')).sort()
        .map(file => pageOf(file.replaceAll('\\', '/'), readFileSync(join(folder, file), 'utf8')))
      for (const file of readdirSync(folder).filter(name => name.endsWith('.svg'))) this.emitFile({ type: 'asset', fileName: file, source: readFileSync(join(folder, file)) })
      const schemas = join(folder, '../rules/schema')
      for (const file of readdirSync(schemas)) this.emitFile({ type: 'asset', fileName: `rules/schema/${file}`, source: readFileSync(join(schemas, file)) })
      // The empty page carries the style sheet and the script that every page shares.
      const shared = bundle['pages.html']
      const head = shared?.type === 'asset' ? tags(String(shared.source)) : ''
      delete bundle['pages.html']
      const emit = (fileName: string, source: string): void => { this.emitFile({ type: 'asset', fileName, source }) }
      for (const page of pages) emit(`${page.path}.html`, frame({ ...page, depth: page.path.split('/').length - 1, head }))
      emit('index.html', frame({ path: 'index', title: 'misfit', summary: about, html: front(pages), depth: 0, head }))
      emit('search.json', JSON.stringify(pages.map(({ path, title, summary }): Entry => ({ path, title, summary }))))
    },
  }
}

const about = 'Finds Redis and Kafka doing each other’s job in docker-compose files, Helm values and design specs.'

const tags = (html: string): string => [...html.matchAll(/<script [^>]*><\/script>|<link [^>]*>/g)].map(match => match[0]).join('')

function pageOf(file: string, text: string): Page {
  const path = file.replace(/\.md$/, '')
  const title = /^# (.+)$/m.exec(text)?.[1] ?? path
  const summary = (/^# .+\n+((?:(?!\n\n)[^])+)/m.exec(text)?.[1] ?? '').replace(/\[([^\]]+)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '').replace(/\s+/g, ' ').trim()
  return { path, title, summary: summary.slice(0, 300), html: new Marked<string, string>({ renderer: rendererFor(path) }).parse(text, { async: false }) }
}

// Links between pages of docs/ become links of the site; those that leave docs/ stay what they are to a reader of the repository.
function rendererFor(page: string): RendererObject {
  const used = new Map<string, number>()
  return {
    heading({ tokens, depth }) {
      const text = this.parser.parseInline(tokens)
      const slug = slugOf(text.replace(/<[^>]+>/g, ''))
      const count = used.get(slug) ?? 0
      used.set(slug, count + 1)
      return `<h${depth} id="${escapeHtml(count === 0 ? slug : `${slug}-${count}`)}">${text}</h${depth}>\n`
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      if (/^[a-z]+:/i.test(href)) return `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${text}</a>`
      // The schemas lie beside docs/ in the repository, and among the site's own files here.
      if (href.startsWith(`${'../'.repeat(page.split('/').length)}rules/schema/`)) return `<a href="${escapeHtml(href.slice('../'.length))}">${text}</a>`
      return `<a href="${escapeHtml(href.replace(/\.md(?=$|#)/, '.html'))}">${text}</a>`
    },
    // Comments mark what tests run; raw HTML has no other place in our pages.
    html: ({ text }) => (/^<!--[^]*-->\s*$/.test(text) ? '' : escapeHtml(text)),
  }
}

/** GitHub's anchors: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
const slugOf = (text: string): string => text.trim().toLowerCase().replace(/&[a-z]+;/g, '').replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')

const list = (pages: readonly Page[]): string => `<ul class="pages">${pages.map(({ path, title, summary }) =>
  `<li><a href="${escapeHtml(path)}.html">${escapeHtml(title)}</a><span>${escapeHtml(summary)}</span></li>`).join('')}</ul>`

function front(pages: readonly Page[]): string {
  const rules = pages.filter(({ path }) => path.startsWith('rules/') && path !== 'rules/index')
  const guides = pages.filter(({ path }) => !path.startsWith('rules/'))
  return `<h1>misfit</h1><p class="lead">${about}</p>
<p><a class="button" href="playground.html">Open the playground</a></p>
<h2 id="guides">Guides</h2>${list(guides)}
<h2 id="rules">Rules</h2><p>${rules.length} rules, and the <a href="rules/index.html">decision table</a> that they follow.</p>${list(rules)}`
}
