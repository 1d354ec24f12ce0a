// ESLint rule: a record is never asked for a name with `[ ]` or `in`. `table['toString']` answers what every object inherits, and the names
// come from the files of strangers. `entryOf` asks for own entries only; what is filled name by name is a Map.
import { ESLintUtils } from '@typescript-eslint/utils'

export default ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: 'problem', schema: [],
    messages: {
      read: 'This answers what every object inherits too (toString, __proto__): use entryOf of src/model/entry-of.ts.',
      written: 'An entry named __proto__ would be lost here: fill a Map.',
      asked: 'This is true of what every object inherits too (toString, __proto__): use Object.hasOwn.',
    },
  },
  defaultOptions: [],
  create(context) {
    const services = ESLintUtils.getParserServices(context)
    const checker = services.program.getTypeChecker()
    const isRecord = type => (type.isUnion() ? type.types : [checker.getNonNullableType(type)]).some(each => checker.getIndexInfosOfType(each).some(({ keyType }) => checker.typeToString(keyType) === 'string'))
    return {
      MemberExpression(node) {
        if (!node.computed || node.property.type === 'Literal' || !isRecord(services.getTypeAtLocation(node.object))) return
        const written = node.parent.type === 'AssignmentExpression' && node.parent.left === node
        context.report({ node, messageId: written ? 'written' : 'read' })
      },
      'BinaryExpression[operator="in"]'(node) {
        if (node.left.type !== 'Literal') context.report({ node, messageId: 'asked' })
      },
    }
  },
})
