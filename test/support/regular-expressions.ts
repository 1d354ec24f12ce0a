// Every regular expression of the program with its place: literals of the sources, patterns of the knowledge and of the schemas.
import { readFileSync, readdirSync } from 'node:fs'
import { load } from 'js-yaml'
import ts from 'typescript'

export interface Expression { readonly at: string; readonly source: string; readonly flags: string }

const filesIn = (folder: string, end: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name.replaceAll('\\', '/')}`).filter(path => path.endsWith(end) && !path.endsWith('.d.ts')).sort()

/** Literals, and texts given to `new RegExp`; `made` are the places where another expression is given to it. */
export function inSources(): { readonly expressions: readonly Expression[]; readonly made: readonly string[] } {
  const expressions: Expression[] = [], made: string[] = []
  // The compiler of the knowledge and the maker of the site run when they are built.
  for (const path of [...filesIn('src', '.ts'), ...filesIn('rules', '.ts')].filter(path => path !== 'rules/knowledge/compile.ts' && !path.startsWith('src/site/build/'))) {
    const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
    const constants = new Map<string, string>()
    const visit = (node: ts.Node): void => {
      const text = ts.isVariableDeclaration(node) && node.initializer ? textOf(node.initializer, constants) : undefined
      if (text !== undefined && ts.isVariableDeclaration(node)) constants.set(node.name.getText(), text)
      const at = `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/')
        expressions.push({ at, source: node.text.slice(1, end), flags: node.text.slice(end + 1) })
      } else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText() === 'RegExp') {
        const [source, flags] = (node.arguments ?? []).map(each => textOf(each, constants))
        if (source === undefined) made.push(path)
        else expressions.push({ at, source, flags: flags ?? '' })
      }
      ts.forEachChild(node, visit)
    }
    visit(file)
  }
  return { expressions, made }
}

// The text of an expression that is made of texts, and of constants above it in its file.
function textOf(node: ts.Expression, constants: ReadonlyMap<string, string>): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text
  if (ts.isIdentifier(node)) return constants.get(node.text)
  const joined = (parts: readonly (string | undefined)[]): string | undefined => (parts.includes(undefined) ? undefined : parts.join(''))
  if (ts.isTemplateExpression(node)) return joined([node.head.text, ...node.templateSpans.flatMap(({ expression, literal }) => [textOf(expression, constants), literal.text])])
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) return joined([textOf(node.left, constants), textOf(node.right, constants)])
  return undefined
}

const parts = new Set(['image', 'images', 'command', 'clientCommands', 'repositories'])
const wholes = new Set(['key', 'value', 'topic', 'pair', 'config', 'settings', 'host', 'keys', 'unlessKeys', 'cluster'])

/** Patterns of the knowledge, as they are compiled. */
export function inKnowledge(): readonly Expression[] {
  return filesIn('rules/knowledge', '.yaml').flatMap(path => [...fields(load(readFileSync(path, 'utf8')))].map(([field, source]) =>
    ({ at: `${path} (${field})`, source: parts.has(field) ? source : `^(?:${source})$`, flags: 'is' })))
}

function* fields(node: unknown, owner = ''): Generator<readonly [field: string, source: string]> {
  if (typeof node === 'string') { if (parts.has(owner) || wholes.has(owner)) yield [owner, node]; return }
  if (Array.isArray(node)) { for (const item of node) yield* fields(item, owner); return }
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    // `host` of a meaning is a literal name, `value` of a default a plain value.
    if (name !== 'defaults' && !(name === 'host' && 'use' in node)) yield* fields(value, owner === 'config' || owner === 'settings' ? owner : name)
  }
}

/** What the schemas of users' files ask of a text. */
export function inSchemas(): readonly Expression[] {
  return filesIn('rules/schema', '.json').flatMap(path => [...asked(JSON.parse(readFileSync(path, 'utf8')))].map(source => ({ at: path, source, flags: 'u' })))
}

function* asked(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return
  for (const [name, value] of Object.entries(node)) {
    if (name === 'pattern' && typeof value === 'string') yield value
    else if (name === 'patternProperties') yield* Object.keys(value as object)
    yield* asked(value)
  }
}
