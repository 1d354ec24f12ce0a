// Built code walks arrays by their numbers. `for (const each of list)` and `const [first] = list` ask the list for an iterator, of which V8 makes an object
// for every step until it has optimised the function around it; most functions of a run that takes seconds never get there. Sources stay as they are.
import type { Plugin } from 'esbuild'
import ts from 'typescript'

let program: ts.Program | undefined

/** The text of a file of this repository with loops over arrays, and patterns for arrays, written as plain look-ups; undefined for a file that `tsconfig.json` leaves out. */
export function byNumbers(path: string): string | undefined {
  program ??= programOf('tsconfig.json')
  const source = program.getSourceFile(path)
  return source && withoutIterators(source, program.getTypeChecker())
}

/** Builds this repository's own sources so. */
export const arrayLoops: Plugin = {
  name: 'array-loops',
  setup(build) {
    build.onLoad({ filter: /\/(?:src|rules)\/.*\.ts$/ }, ({ path }) => {
      const contents = byNumbers(path)
      return contents === undefined ? undefined : { contents, loader: 'ts' }
    })
  },
}

function programOf(config: string): ts.Program {
  const { fileNames, options } = ts.parseJsonConfigFileContent(ts.readConfigFile(config, path => ts.sys.readFile(path)).config, ts.sys, '.')
  return ts.createProgram(fileNames.filter(name => !name.includes('/test/')), options)
}

/** The text of a source that does the same without asking arrays for iterators; what may be no array is left as it is. */
export function withoutIterators(source: ts.SourceFile, checker: ts.TypeChecker): string {
  let loops = 0
  const isArray = (node: ts.Node): boolean => isArrayType(checker.getTypeAtLocation(node), checker)
  const written = (node: ts.Node): string => {
    if (ts.isForOfStatement(node) && !node.awaitModifier && ts.isVariableDeclarationList(node.initializer)) {
      const { expression, initializer: { declarations: [declared] }, statement } = node, pair = declared && pairOf(declared.name), list = pair && entriesOf(expression)
      const at = `at$${loops}`, all = `all$${loops++}`
      const loop = (of: ts.Expression, names: string): string => `for (let ${at} = 0, ${all} = ${written(of)}; ${at} < ${all}.length; ${at}++) { let ${names}; ${written(statement)} }`
      if (list && isArray(list)) return loop(list, [...pair[0] ? [`${written(pair[0])} = ${at}`] : [], ...pair[1] ? [`${written(pair[1])} = ${all}[${at}]`] : []].join(', '))
      if (declared && isArray(expression)) return loop(expression, `${written(declared.name)} = ${all}[${at}]`)
    }
    if (ts.isArrayBindingPattern(node) && takesArray(node, checker)) return `{ ${node.elements.flatMap((each, at) => (ts.isOmittedExpression(each) ? [] : [`${at}: ${written(each)}`])).join(', ')} }`
    let text = '', done = node.getStart(source)
    ts.forEachChild(node, child => {
      const from = child.getStart(source)
      text += source.text.slice(done, from) + written(child)
      done = child.end
    })
    return text + source.text.slice(done, node.end)
  }
  return source.text.slice(0, source.getStart(source)) + written(source)
}

/** The names of `[at, each]`, of which either may be left out. */
function pairOf(name: ts.BindingName): readonly (ts.BindingName | undefined)[] | undefined {
  if (!ts.isArrayBindingPattern(name) || name.elements.length > 2) return undefined
  return name.elements.every(each => ts.isOmittedExpression(each) || (!each.dotDotDotToken && !each.initializer)) ? name.elements.map(each => (ts.isOmittedExpression(each) ? undefined : each.name)) : undefined
}

/** `list` of `list.entries()`. */
const entriesOf = (node: ts.Expression): ts.Expression | undefined =>
  (ts.isCallExpression(node) && node.arguments.length === 0 && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'entries' ? node.expression.expression : undefined)

/** Whether a pattern takes an array apart, and not all that is left of it. */
function takesArray({ elements, parent }: ts.ArrayBindingPattern, checker: ts.TypeChecker): boolean {
  if (elements.some(each => !ts.isOmittedExpression(each) && each.dotDotDotToken)) return false
  const loop = ts.isVariableDeclaration(parent) && !parent.initializer ? parent.parent.parent : undefined
  if (!loop) return isArrayType(checker.getTypeAtLocation((ts.isVariableDeclaration(parent) && parent.initializer) || parent), checker)
  if (!ts.isForOfStatement(loop)) return false
  // What a map gives are pairs.
  const type = checker.getTypeAtLocation(loop.expression), each = checker.getIndexTypeOfType(type, ts.IndexKind.Number)
  return each ? isArrayType(each, checker) : /^(?:Readonly)?Map$/.test(checker.typeToString(type).replace(/<.*/s, ''))
}

function isArrayType(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.every(each => isArrayType(each, checker))
  const most = type.isTypeParameter() ? type.getConstraint() : undefined, bases = type.isClassOrInterface() ? checker.getBaseTypes(type) : []
  return checker.isArrayType(type) || checker.isTupleType(type) || [...most ? [most] : [], ...bases].some(each => isArrayType(each, checker))
}
