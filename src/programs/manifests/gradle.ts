// build.gradle(.kts): what the program is compiled with or runs with, by coordinates or through the version catalogue; projects of
// the same build. https://docs.gradle.org/current/userguide/declaring_dependencies.html, https://docs.gradle.org/current/userguide/version_catalogs.html
import type { Text } from '../../model/value.ts'
import { blanked, dependencyAt, first, named, without, type Format } from './manifest.ts'
import { tomlEntries } from './toml.ts'

const configuration = /^[ \t]*(?:add\(["'])?(?:implementation|api|compile|runtime|runtimeOnly|compileOnlyApi|(?:commonMain|jvmMain|main)(?:Implementation|Api))\b/
const mostLevels = 4

export const gradle: Format = {
  fits: named('build.gradle', 'build.gradle.kts'),
  name: (_, beside) => { const settings = beside('settings.gradle') ?? beside('settings.gradle.kts'); return settings && first(/rootProject\.name\s*=\s*["']([^"'\n]{1,100})["']/)(settings) },
  read(content, beside) {
    const text = without(blanked(content.text, '/*', '*/'), /(?<![:"'\w])\/\/[^\n]*/g)
    const lines = [...text.matchAll(/^[^\n]+$/gm)].filter(match => configuration.test(match[0]))
    const catalogue = lines.some(line => /\blibs\./.test(line[0])) ? catalogueFor(beside) : new Map<string, readonly string[]>()
    return {
      dependencies: lines.flatMap(match => {
        const [, alias] = /\blibs\.((?:bundles\.)?[\w.]+)/.exec(match[0]) ?? []
        const [, group, name] = /group\s{0,3}[:=]\s{0,3}["']([^"'\n]{1,100})["'][^\n]{0,99}?name\s{0,3}[:=]\s{0,3}["']([^"'\n]{1,100})["']/.exec(match[0]) ?? /["']([\w.-]+):([\w.-]+)(?::[^"'\n]*)?["']/.exec(match[0]) ?? []
        const names = alias !== undefined ? catalogue.get(plainAlias(alias.replace(/\.get$/, ''))) ?? [] : name !== undefined ? [`${group ?? ''}:${name}`] : []
        return names.map(each => dependencyAt(content, 'maven', each.toLowerCase(), match))
      }),
      local: lines.flatMap(match => {
        const path = /project\s*\(\s*(?:path\s*[:=]\s*)?["']:([\w:.-]+)["']/.exec(match[0])?.[1] ?? /\bprojects\.([\w.]+)/.exec(match[0])?.[1]?.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase()
        return path === undefined ? [] : ancestors.map(up => `${up}${path.replace(/[:.]/g, '/')}`)
      }),
      holdsOthers: beside('settings.gradle') !== undefined || beside('settings.gradle.kts') !== undefined ? !/\b(?:application|bootJar|mainClass)\b|org\.springframework\.boot|io\.quarkus|io\.micronaut/.test(text) : false,
    }
  },
}

// A project's path starts at the top of the build, which lies some folders up.
const ancestors = Array.from({ length: mostLevels + 1 }, (_, level) => '../'.repeat(level))

const plainAlias = (alias: string): string => alias.replace(/[-_.]/g, '.').toLowerCase()

/** Alias → coordinates, bundles included, of the nearest catalogue. */
function catalogueFor(beside: (path: string) => Text | undefined): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  // A catalogue may be written in the settings of the build: `library("kafka", "org.apache.kafka", "kafka-clients")`.
  const settings = ancestors.flatMap(up => [`${up}settings.gradle.kts`, `${up}settings.gradle`]).map(beside).find(text => text?.text.includes('versionCatalogs'))
  for (const [, alias = '', group = '', name] of settings?.text.matchAll(/\b(?:library|alias)\(\s*["']([\w.-]+)["']\s*(?:,|\)\s*\.to\()\s*["']([\w.-]+)(?:["']\s*,\s*["']|:)([\w.-]+)/g) ?? []) found.set(plainAlias(alias), [`${group}:${name ?? ''}`])
  const file = ancestors.map(up => beside(`${up}gradle/libs.versions.toml`)).find(text => text !== undefined)
  const entries = file ? tomlEntries(file) : []
  for (const { table, key, value } of entries) {
    if (table !== 'libraries') continue
    const module = /module\s*=\s*["']([^"'\n]+)["']/.exec(value)?.[1] ?? /^\s*["']([^"':\n]+:[^"':\n]+)/.exec(value)?.[1]
    const [, group] = /group\s*=\s*["']([^"'\n]+)["']/.exec(value) ?? [], [, name] = /name\s*=\s*["']([^"'\n]+)["']/.exec(value) ?? []
    found.set(plainAlias(key), [module ?? `${group ?? ''}:${name ?? ''}`])
  }
  for (const { table, key, value } of entries) {
    if (table === 'bundles') found.set(plainAlias(`bundles.${key}`), [...value.matchAll(/["']([\w.-]+)["']/g)].flatMap(match => found.get(plainAlias(match[1] ?? '')) ?? []))
  }
  return found
}
