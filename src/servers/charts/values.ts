// What a chart's values state about a setting, whichever server it is. Knows texts and templates, no server.
import { entryOf } from '../../model/entry-of.ts'
import type { ChartPlace, SettingDefault } from '../../model/knowledge.ts'
import { versionOf, within } from '../../model/images.ts'
import type { DroppedDefaults, Setting, Settings } from '../../model/stack.ts'
import { isTemplated, type Note, type Span, type Text, type Value } from '../../model/value.ts'
import { overriddenBy } from '../../readers/helm/values.ts'
import type { Block } from '../../readers/read-stack.ts'
import { isNull, type YamlNode, type YamlScalar } from '../../readers/yaml.ts'
import { embedded } from '../../readers/yaml-inside.ts'

/** The settings that a block states, and what hides the rest. */
export interface Read {
  readonly settings: ReadonlyMap<string, Setting>
  readonly opaque?: { readonly why: string; readonly span: Span }
  readonly dropped?: DroppedDefaults
}

/** Whether values say nothing there. */
export const isEmpty = (node: YamlNode | undefined): boolean =>
  node === undefined || isNull(node) || (node.kind === 'scalar' ? node.text.trim() === '' : node.kind === 'map' ? node.entries.size === 0 : node.items.length === 0)

/** Why nothing of the chart's own configuration can be relied on. */
export const replaced = (place: ChartPlace, node: YamlNode): { why: string; span: Span } =>
  ({ why: `${place.at} takes the place of the chart's configuration, and it is not here`, span: node.span })

/** A setting that Helm, or somebody before it, fills in. */
export const fromTemplate = (node: YamlScalar): Setting => ({ state: 'unknown', why: `${node.text.slice(0, 200)} is filled in later`, span: node.span })
/** The layers that a value has overridden, as a setting's notes. */
export const noted = (node: YamlNode): { readonly notes?: readonly Note[] } => (overriddenBy(node).length > 0 ? { notes: overriddenBy(node) } : {})
/** The text of a scalar, with the places of what stands in it. */
export const textIn = (node: YamlScalar, block: Block): Text => embedded(node, block.text(node.span.file) ?? '')

/** A value of a broker's setting; `_123` is an old chart's way to keep YAML from reading a float. */
export const statedBy = (node: YamlScalar): Setting =>
  isTemplated(node.text) ? fromTemplate(node) : { state: 'stated', value: plainNumber(node.text.replace(/^_(?=-?\d)/, '')), span: node.span, ...noted(node) }

const plainNumber = (text: string): string => (/^\d+(?:\.\d+)?e\+?\d{1,2}$/i.test(text) ? String(Number(text)) : text)

/** The version that an image's tag states; where there is none, the one that the chart has for it. */
export function versionOfImage(image: Value | undefined, appVersion?: string): string | undefined {
  if (image?.known === false) return undefined
  const tag = /:([^:/@]+)(?:@|$)/.exec(image?.value ?? '')?.[1]
  if (tag !== undefined) return versionOf(tag)
  return appVersion === undefined || image?.value.includes('@') === true ? undefined : versionOf(appVersion)
}

/** What is stated, with defaults where nothing is; nothing is defaulted under a configuration that cannot be read. */
export function completed(
  stated: ReadonlyMap<string, Setting>, defaults: Readonly<Record<string, SettingDefault | readonly SettingDefault[]>>, version: string | undefined, of: string, opaque: Read['opaque'],
): Settings {
  const settings = new Map(stated)
  for (const [name, given] of Object.entries(defaults)) {
    if (settings.has(name) || entryOf(finer, name)?.some(other => settings.has(other))) continue
    if (opaque) { settings.set(name, { state: 'unknown', ...opaque }); continue }
    const possible = (Array.isArray(given) ? given as readonly SettingDefault[] : [given as SettingDefault]).filter(entry => within(version, entry.versions) !== false)
    const [first] = possible
    settings.set(name, first && possible.every(entry => entry.value === first.value)
      ? { state: 'defaulted', value: first.value, of, source: first.source }
      : { state: 'unknown', why: `the default of ${of} differs between versions` })
  }
  return settings
}

const finer: Readonly<Record<string, readonly string[]>> = {
  'log.dirs': ['log.dir'], 'log.retention.hours': ['log.retention.ms', 'log.retention.minutes'], 'log.roll.hours': ['log.roll.ms'],
}
