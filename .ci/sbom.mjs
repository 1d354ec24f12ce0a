// Prints the list of what a release holds (SBOM, CycloneDX): npm's own list of everything in the lock file, cut down to the packages whose code is in
// the bundles. For npm all of them are for development only, since the package has no dependencies.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import console from 'node:console'
import { bundledPackages } from './licenses.mjs'

const all = JSON.parse(execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'], { encoding: 'utf8', maxBuffer: 1 << 28 }))
const { name } = JSON.parse(readFileSync('package.json', 'utf8'))
const held = new Set(bundledPackages().map(each => `${each.name}@${each.version}`))
const components = all.components.filter(component => held.delete(`${component.name}@${component.version}`))
  .map(component => ({ ...component, properties: component.properties.filter(property => property.name !== 'cdx:npm:package:development') }))
if (held.size > 0) throw new Error(`the lock file has no ${[...held].join(', ')}, of which the bundles hold code`)
const refs = components.map(component => component['bom-ref'])
console.log(JSON.stringify({
  ...all, components,
  metadata: { ...all.metadata, component: { ...all.metadata.component, name } },
  dependencies: [{ ref: all.metadata.component['bom-ref'], dependsOn: refs }, ...refs.map(ref => ({ ref, dependsOn: (all.dependencies.find(each => each.ref === ref)?.dependsOn ?? []).filter(each => refs.includes(each)) }))],
}, null, 2))
