// Templates of OpenShift: resources below `objects`, filled with the parameters that stand beside them. Knows that form, nothing of the resources.
// https://docs.redhat.com/en/documentation/openshift_container_platform/4.17/html/images/using-templates
import { get, isNull, listOf, withTexts, type YamlNode } from '../yaml.ts'

/**
 * The resources of a Template, filled with the parameters' own values. What the person who starts it has to say, or what is made up then, stays `${{NAME}}`,
 * which nobody takes for a value.
 */
export function objectsOf(template: YamlNode): readonly YamlNode[] {
  const parameters = new Map(listOf(get(template, 'parameters')).flatMap(parameter => {
    const name = textOf(get(parameter, 'name'))
    return name === undefined ? [] : [[name, get(parameter, 'generate') ? undefined : textOf(get(parameter, 'value'))] as const]
  }))
  const filled = (whole: string, name: string): string => (parameters.has(name) ? parameters.get(name) ?? `\${{${name}}}` : whole)
  return listOf(get(template, 'objects')).map(object =>
    withTexts(object, ({ text }) => (text.includes('${') ? text.replace(/\$\{\{(\w{1,200})\}\}|\$\{(\w{1,200})\}/g, (whole: string, typed: string | undefined, named: string | undefined) => filled(whole, typed ?? named ?? '')) : text)))
}

const textOf = (node: YamlNode | undefined): string | undefined => (node?.kind === 'scalar' && !isNull(node) ? node.text : undefined)
