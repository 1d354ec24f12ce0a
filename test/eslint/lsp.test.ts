// The real language server of the VS Code ESLint extension, driven as an editor drives it: diagnostics, unsaved text, code actions.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter, type MessageConnection } from 'vscode-jsonrpc/node'

const root = resolve(import.meta.dirname, '../..')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'misfit-lsp-')))
const queue = 'misfit/redis/queue-on-evicting-instance'

interface Position { readonly line: number; readonly character: number }
interface Range { readonly start: Position; readonly end: Position }
interface Diagnostic { readonly code?: string; readonly message: string; readonly range: Range; readonly source?: string; readonly severity?: number }
interface TextEdit { readonly range: Range; readonly newText: string }
interface WorkspaceEdit { readonly changes?: Record<string, TextEdit[]>; readonly documentChanges?: { readonly textDocument: { readonly uri: string }; readonly edits: TextEdit[] }[] }
interface CodeAction { readonly title: string; readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] }; readonly edit?: WorkspaceEdit }

let server: ChildProcessWithoutNullStreams
let connection: MessageConnection
const applied: WorkspaceEdit[] = []
const versions = new Map<string, number>()
const uri = (path: string): string => pathToFileURL(join(folder, path)).href

const settings = {
  validate: 'on', packageManager: 'npm', useESLintClass: true, experimental: { useFlatConfig: false }, run: 'onType', quiet: false, onIgnoredFiles: 'off',
  rulesCustomizations: [], problems: { shortenToSingleLine: false }, options: {}, nodePath: null, format: false,
  codeAction: { disableRuleComment: { enable: true, location: 'separateLine', commentStyle: 'line' }, showDocumentation: { enable: true } },
  codeActionOnSave: { mode: 'all' },
}

beforeAll(async () => {
  cpSync(join(root, 'fixtures/eslint/deploy'), folder, { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  mkdirSync(join(folder, '.git'))
  symlinkSync(root, join(folder, 'node_modules/misfit'))
  symlinkSync(join(root, 'node_modules/eslint'), join(folder, 'node_modules/eslint'))
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}')
  writeFileSync(join(folder, 'eslint.config.js'), "import misfit from 'misfit/eslint'\nexport default [misfit.configs.recommended]\n")
  mkdirSync(join(folder, 'mail'))
  writeFileSync(join(folder, 'mail/compose.yaml'), 'services:\n  mail-store:\n    image: redis:7.4\n    command: redis-server --maxmemory 512mb --maxmemory-policy allkeys-lru --appendonly yes\n    volumes: ["mails:/data"]\nvolumes:\n  mails:\n')
  writeFileSync(join(folder, 'mail/misfit.yaml'), 'apiVersion: misfit/v1\nkind: DesignSpec\ncomponents:\n  - id: mails\n    technology: redis\n    match: {compose: [mail-store]}\n    uses:\n      - id: mails\n        role: job-queue\n')
  server = spawn(process.execPath, [join(root, 'node_modules/vscode-langservers-extracted/bin/vscode-eslint-language-server'), '--stdio'], { cwd: folder })
  connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin))
  connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
    items.map(() => ({ ...settings, workspaceFolder: { uri: pathToFileURL(folder).href, name: 'shop' }, workingDirectory: { directory: folder } })))
  connection.onRequest('workspace/applyEdit', ({ edit }: { edit: WorkspaceEdit }) => {
    applied.push(edit)
    return { applied: true }
  })
  connection.onRequest('workspace/diagnostic/refresh', () => null)
  connection.onRequest('client/registerCapability', () => null)
  connection.listen()
  await connection.sendRequest('initialize', {
    processId: process.pid, rootUri: pathToFileURL(folder).href, workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'shop' }],
    capabilities: {
      textDocument: { diagnostic: { dynamicRegistration: false }, codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } } },
      workspace: { configuration: true, applyEdit: true, workspaceEdit: { documentChanges: true }, diagnostics: { refreshSupport: true } },
    },
  })
  await connection.sendNotification('initialized', {})
})

afterAll(() => {
  connection.dispose()
  server.kill()
  rmSync(folder, { recursive: true, force: true })
})

async function opened(path: string, languageId: string): Promise<string> {
  const text = readFileSync(join(folder, path), 'utf8')
  versions.set(path, 1)
  await connection.sendNotification('textDocument/didOpen', { textDocument: { uri: uri(path), languageId, version: 1, text } })
  return text
}

async function typed(path: string, text: string): Promise<void> {
  const version = (versions.get(path) ?? 0) + 1
  versions.set(path, version)
  await connection.sendNotification('textDocument/didChange', { textDocument: { uri: uri(path), version }, contentChanges: [{ text }] })
}

async function diagnostics(path: string): Promise<readonly Diagnostic[]> {
  const report = await connection.sendRequest<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument: { uri: uri(path) } })
  return report.items
}

const offset = (text: string, { line, character }: Position): number => text.split('\n').slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character

function edited(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => offset(text, b.range.start) - offset(text, a.range.start))
    .reduce((now, { range, newText }) => now.slice(0, offset(text, range.start)) + newText + now.slice(offset(text, range.end)), text)
}

/** Takes a code action as an editor does, and returns the text it leaves. */
async function taken(path: string, text: string, diagnostic: Diagnostic, title: RegExp): Promise<string> {
  const actions = await connection.sendRequest<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: uri(path) }, range: diagnostic.range, context: { diagnostics: [diagnostic] } })
  const action = actions.find(each => title.test(each.title))
  expect(actions.map(each => each.title).join('\n')).toMatch(title)
  applied.length = 0
  if (action?.command) await connection.sendRequest('workspace/executeCommand', { command: action.command.command, arguments: action.command.arguments })
  const edit = action?.edit ?? applied[0]
  return edited(text, edit?.changes?.[uri(path)] ?? edit?.documentChanges?.find(change => change.textDocument.uri === uri(path))?.edits ?? [])
}

describe('the ESLint server of VS Code', () => {
  it('shows the finding, follows unsaved text of a neighbour, and takes the fix', async () => {
    await opened('compose.yaml', 'dockercompose')
    expect(await diagnostics('compose.yaml')).toMatchObject([{ code: queue, range: { start: { line: 9, character: 25 } } }])

    const override = await opened('compose.override.yaml', 'dockercompose')
    const [found] = await diagnostics('compose.override.yaml')
    expect(found).toMatchObject({ code: queue, range: { start: { line: 2, character: 63 }, end: { line: 2, character: 74 } } })

    const typing = override.replace('allkeys-lru', 'noeviction')
    await typed('compose.override.yaml', typing)
    expect(await diagnostics('compose.override.yaml')).toEqual([])
    expect(await diagnostics('compose.yaml')).toEqual([])

    await typed('compose.override.yaml', override)
    const [again] = await diagnostics('compose.override.yaml')
    expect(again).toMatchObject({ code: queue })
    expect(await diagnostics('compose.yaml')).toHaveLength(1)
    if (!again) return
    const fixed = await taken('compose.override.yaml', override, again, /Refuse writes when full/)
    expect(fixed).toBe(typing)
    await typed('compose.override.yaml', fixed)
    expect(await diagnostics('compose.override.yaml')).toEqual([])
    expect(await diagnostics('compose.yaml')).toEqual([])
  })

  it('allows a finding with a comment that is YAML', async () => {
    const override = readFileSync(join(folder, 'compose.override.yaml'), 'utf8')
    await typed('compose.override.yaml', override)
    const [found] = await diagnostics('compose.override.yaml')
    expect(found).toBeDefined()
    if (!found) return
    const allowed = await taken('compose.override.yaml', override, found, /Allow it here/)
    expect(allowed).toContain(`    # eslint-disable-next-line ${queue} -- say why\n    command:`)
    await typed('compose.override.yaml', allowed)
    expect(await diagnostics('compose.override.yaml')).toEqual([])
  })

  it('follows the unsaved text of a design, and shows the mistakes in it', async () => {
    const design = await opened('mail/misfit.yaml', 'yaml')
    await opened('mail/compose.yaml', 'dockercompose')
    expect(await diagnostics('mail/compose.yaml')).toMatchObject([{ code: queue, severity: 1 }])
    expect(await diagnostics('mail/misfit.yaml')).toMatchObject([{ code: queue, message: expect.stringContaining('the place to change is mail/compose.yaml:4') as string }])

    await typed('mail/misfit.yaml', design.replace('role: job-queue', 'rol: cache'))
    expect(await diagnostics('mail/misfit.yaml')).toMatchObject([{ code: 'misfit/problem', severity: 1, message: expect.stringContaining('did you mean role?') as string }])
    expect(await diagnostics('mail/compose.yaml')).toEqual([])

    await typed('mail/misfit.yaml', design)
    expect(await diagnostics('mail/misfit.yaml')).toHaveLength(1)
    expect(await diagnostics('mail/compose.yaml')).toHaveLength(1)
  })
})
