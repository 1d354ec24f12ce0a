// The language misfit/yaml: text and directive comments only. It never parses, so no YAML, broken or templated, is a fatal error.
import type { File, OkParseResult } from '@eslint/core'
import { ConfigCommentParser, Directive, TextSourceCodeBase, VisitNodeStep } from '@eslint/plugin-kit'
import { beginsComment, scalarsOf, type Range } from '../readers/suppressions.ts'

interface Position {
  readonly line: number
  readonly column: number
}
interface Comment {
  readonly type: 'Comment'
  readonly value: string
  readonly range: [number, number]
  readonly loc: { readonly start: Position; readonly end: Position }
}
// A type of our own, since rules for JavaScript visit `Program` and expect JavaScript below it.
interface FileNode {
  readonly type: 'MisfitFile'
  readonly range: [number, number]
  readonly loc: { readonly start: Position; readonly end: Position }
  readonly body: readonly never[]
  readonly comments: readonly never[]
  readonly tokens: readonly never[]
}

const mentions = /^[^#\n\r\u2028\u2029]*#.*eslint/m
const comments = new ConfigCommentParser()

/** The comments that may speak to ESLint. */
function commentsOf(text: string): readonly Comment[] {
  if (!mentions.test(text)) return []
  const scalars = scalarsOf(text)
  const found: Comment[] = []
  let start = 0
  for (const [index, line] of text.split('\n').entries()) {
    const at = commentStart(line, start, scalars)
    if (at !== undefined && mentions.test(line.slice(at))) {
      const end = line.replace(/\r$/, '').length
      found.push({
        type: 'Comment',
        value: line.slice(at + 1, end),
        range: [start + at, start + end],
        loc: { start: { line: index + 1, column: at }, end: { line: index + 1, column: end } },
      })
    }
    start += line.length + 1
  }
  return found
}

function commentStart(line: string, offset: number, scalars: readonly Range[] | undefined): number | undefined {
  let at = line.indexOf('#')
  while (at >= 0 && !beginsComment(line.slice(0, at), offset + at, scalars)) at = line.indexOf('#', at + 1)
  return at < 0 ? undefined : at
}

// What rules of typescript-eslint ask for before they look at any node; without it they stop ESLint. There is no node that they would ask about.
const typeless = {
  program: { getTypeChecker: () => ({}), getCompilerOptions: () => ({ strict: true }), getSourceFile: () => undefined, getSourceFiles: () => [] },
  emitDecoratorMetadata: false,
  experimentalDecorators: false,
  isolatedDeclarations: false,
  esTreeNodeToTSNodeMap: new WeakMap<object, object>(),
  tsNodeToESTreeNodeMap: new WeakMap<object, object>(),
  getTypeAtLocation: () => undefined,
  getSymbolAtLocation: () => undefined,
}

class MisfitSourceCode extends TextSourceCodeBase {
  declare readonly ast: FileNode
  readonly hasBOM: boolean
  readonly parserServices = typeless
  readonly tokensAndComments: readonly never[] = []
  readonly visitorKeys = { MisfitFile: [] }
  // Rules for JavaScript that somebody switched on for every file ask for scopes and comments before they look at anything.
  readonly scopeManager: object
  readonly #scope: object
  #directives: readonly Comment[] | undefined

  constructor(text: string, ast: FileNode, hasBOM: boolean) {
    super({ text, ast })
    this.hasBOM = hasBOM
    const scope = { type: 'global', isStrict: true, block: ast, set: new Map(), variables: [], references: [], through: [], childScopes: [], upper: null, implicit: { variables: [], left: [] } }
    this.#scope = scope
    this.scopeManager = { globalScope: scope, scopes: [scope], acquire: () => scope, getDeclaredVariables: () => [] }
  }

  override *traverse() {
    yield new VisitNodeStep({ target: this.ast, phase: 1, args: [this.ast] })
    yield new VisitNodeStep({ target: this.ast, phase: 2, args: [this.ast] })
  }

  getInlineConfigNodes(): readonly Comment[] {
    return (this.#directives ??= commentsOf(this.text))
  }

  getDisableDirectives() {
    const directives: Directive[] = []
    for (const node of this.getInlineConfigNodes()) {
      const parsed = comments.parseDirective(node.value)
      const type = /^eslint-((?:disable|enable)(?:-next-line|-line)?)$/.exec(parsed?.label ?? '')?.[1]
      if (!parsed || (type !== 'disable' && type !== 'enable' && type !== 'disable-line' && type !== 'disable-next-line')) continue
      directives.push(new Directive({ type, node, value: parsed.value, justification: parsed.justification }))
    }
    return { directives, problems: [] }
  }

  applyInlineConfig() {
    const configs: { config: { rules: Record<string, unknown> }; loc: Comment['loc'] }[] = []
    const problems: { ruleId: null; message: string; loc: Comment['loc'] }[] = []
    for (const { value, loc } of this.getInlineConfigNodes()) {
      const parsed = comments.parseDirective(value)
      if (parsed?.label !== 'eslint') continue
      const config = comments.parseJSONLikeConfig(parsed.value)
      if (config.ok) configs.push({ config: { rules: config.config }, loc })
      else problems.push({ ruleId: null, message: config.error.message, loc })
    }
    return { configs, problems }
  }

  getAllComments(): readonly never[] { return [] }
  getCommentsBefore(): readonly never[] { return [] }
  getCommentsAfter(): readonly never[] { return [] }
  getCommentsInside(): readonly never[] { return [] }
  override getText(node?: { readonly range: readonly [number, number] }): string { return node ? this.text.slice(...node.range) : this.text }
  getScope(): object { return this.#scope }
  getDeclaredVariables(): readonly never[] { return [] }
  getNodeByRangeIndex(): FileNode { return this.ast }
  getFirstToken(): null { return null }
  getLastToken(): null { return null }
  getTokenBefore(): null { return null }
  getTokenAfter(): null { return null }
  markVariableAsUsed(): boolean { return false }
  isGlobalReference(): boolean { return false }
}

const textOf = (file: File): string => (typeof file.body === 'string' ? file.body : new TextDecoder().decode(file.body))

export const language = {
  fileType: 'text',
  lineStart: 1,
  columnStart: 0,
  nodeTypeKey: 'type',
  visitorKeys: { MisfitFile: [] },
  defaultLanguageOptions: {},
  // Options meant for JavaScript, set for all files, must not stop anybody.
  validateLanguageOptions: () => undefined,
  normalizeLanguageOptions: (options: Record<string, unknown>) => {
    const parserOptions = typeof options['parserOptions'] === 'object' ? options['parserOptions'] : {}
    return { ecmaVersion: 2026, sourceType: 'module', ...options, parserOptions: { ecmaFeatures: {}, ...parserOptions } }
  },
  parse(file: File) {
    const text = textOf(file)
    const lines = text.split('\n')
    const end = { line: lines.length, column: lines.at(-1)?.length ?? 0 }
    const ast: FileNode = { type: 'MisfitFile', range: [0, text.length], loc: { start: { line: 1, column: 0 }, end }, body: [], comments: [], tokens: [] }
    return { ok: true as const, ast }
  },
  createSourceCode: (file: File, { ast }: OkParseResult<FileNode>) => new MisfitSourceCode(textOf(file), ast, file.bom),
} as const
