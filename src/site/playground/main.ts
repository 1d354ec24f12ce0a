// The playground: an editor with squiggles and quick fixes over files in memory, what misfit says of them beside it.
import { yaml } from '@codemirror/lang-yaml'
import { linter, type Diagnostic } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { basicSetup, EditorView } from 'codemirror'
import { entryOf } from '../../model/entry-of.ts'
import type { Finding } from '../../model/report.ts'
import type { Edit } from '../../model/rule.ts'
import { edited, examples, judged, type Files, type Judged } from './engine.ts'
import { element, findingsPanel, outcome, tablePanel, type Actions } from './panels.ts'
import { draw } from './picture.ts'
import { packed, unpacked } from './share.ts'

const by = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector)
  if (!found) throw new Error(`the page lacks ${selector}`)
  return found
}

let files: Files = {}
let open = ''
let last: Judged | undefined
const all = examples()

const view = new EditorView({ parent: by('#editor'), state: stateOf('') })

function stateOf(text: string): EditorState {
  return EditorState.create({
    doc: text,
    extensions: [
      basicSetup, yaml(), EditorView.lineWrapping, EditorView.theme({}, { dark: matchMedia('(prefers-color-scheme: dark)').matches }), EditorView.contentAttributes.of({ 'aria-label': open === '' ? 'File' : open }),
      EditorView.updateListener.of(update => { if (update.docChanged) { files = { ...files, [open]: update.state.doc.toString() }; judge() } }),
      linter(current => diagnosticsIn(current), { delay: 150 }),
    ],
  })
}

const colours = { error: 'error', warning: 'warning', info: 'info' } as const

function diagnosticsIn({ state: { doc } }: EditorView): readonly Diagnostic[] {
  const at = (line: number, column: number): number => {
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines))
    return Math.min(found.from + column - 1, found.to)
  }
  const { report } = last ?? judged(files)
  const marked = (finding: Finding): Diagnostic => ({
    from: at(finding.line, finding.column), to: at(finding.endLine, finding.endColumn), severity: colours[finding.severity], source: finding.rule, message: `${finding.message}\n${finding.fix}`,
    actions: (finding.edits ?? []).map(edit => ({ name: edit.title, apply: () => { apply(edit) } })),
  })
  return [
    ...report.findings.filter(({ file }) => file === open).map(marked),
    ...report.problems.filter(({ file }) => file === open).map((problem): Diagnostic => ({ from: at(problem.line, problem.column), to: at(problem.line, problem.column + 1), severity: 'warning', message: problem.message })),
  ]
}

const actions: Actions = {
  go(file, line, column) {
    if (entryOf(files, file) === undefined) return
    show(file)
    const found = view.state.doc.line(Math.min(line, view.state.doc.lines))
    view.dispatch({ selection: { anchor: Math.min(found.from + column - 1, found.to) }, scrollIntoView: true })
    view.focus()
  },
  apply,
}

function apply(edit: Edit): void {
  files = edited(files, edit)
  show(open)
}

function judge(): void {
  last = judged(files)
  by('#outcome').textContent = outcome(last.report)
  by('#findings').replaceChildren(...findingsPanel(last.report, actions))
  draw(by('#picture'), last.report, (file, line, column) => { actions.go(file, line, column) })
  by('#table').replaceChildren(...tablePanel(last.decided))
}

function show(name: string): void {
  open = name
  view.setState(stateOf(entryOf(files, name) ?? ''))
  by('#tabs').replaceChildren(...Object.keys(files).map((file, i) => {
    const tab = element('button', { type: 'button', role: 'tab', id: `tab-${i}`, 'aria-controls': 'editor', 'aria-selected': String(file === open), tabindex: file === open ? '0' : '-1' }, file)
    tab.addEventListener('click', () => { show(file) })
    tab.addEventListener('keydown', event => { moveTab(event, i) })
    if (file === open) by('#editor').setAttribute('aria-labelledby', tab.id)
    return tab
  }))
  judge()
}

function moveTab(event: KeyboardEvent, from: number): void {
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (step === 0) return
  const names = Object.keys(files), next = names[(from + step + names.length) % names.length]
  if (next === undefined) return
  show(next)
  by('[role=tab][aria-selected=true]').focus()
}

function load(next: Files): void {
  files = next
  show(Object.keys(next)[0] ?? 'compose.yaml')
}

const say = (words: string): void => { by('#said').textContent = words }

const choice = by('#example') as HTMLSelectElement
for (const group of new Set(all.map(example => example.group))) {
  choice.append(element('optgroup', { label: group }, ...all.filter(example => example.group === group).map(({ id, title }) => element('option', { value: id }, title))))
}
choice.addEventListener('change', () => {
  const chosen = all.find(({ id }) => id === choice.value)
  if (chosen) { load(chosen.files); history.replaceState(null, '', location.pathname) }
})
by('#add').addEventListener('click', () => {
  const name = prompt('Name of the file', 'values.yaml')?.trim()
  if (name === undefined || name === '') return
  if (entryOf(files, name) === undefined) files = { ...files, [name]: '' }
  show(name)
})
by('#rename').addEventListener('click', () => {
  const name = prompt('New name', open)?.trim()
  if (name === undefined || name === '' || name === open) return
  if (entryOf(files, name) !== undefined) { say(`There is a ${name} already.`); return }
  files = Object.fromEntries(Object.entries(files).map(([file, text]) => [file === open ? name : file, text]))
  show(name)
})
by('#remove').addEventListener('click', () => {
  const rest = Object.fromEntries(Object.entries(files).filter(([file]) => file !== open))
  load(Object.keys(rest).length > 0 ? rest : { 'compose.yaml': '' })
})
by('#share').addEventListener('click', () => { void share() })

async function share(): Promise<void> {
  const text = await packed(files)
  if (text === undefined) { say('These files are too large for an address.'); return }
  history.replaceState(null, '', `#${text}`)
  await navigator.clipboard.writeText(location.href).then(() => { say('The link is copied.') }, () => { say('The address of this page is the link.') })
}

async function start(): Promise<void> {
  load((location.hash.length > 1 ? await unpacked(location.hash.slice(1)) : undefined) ?? all[0]?.files ?? { 'compose.yaml': '' })
}
window.addEventListener('hashchange', () => { void start() })
void start()
