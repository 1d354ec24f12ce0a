// Cargo.toml: `dependencies`, also those of a target, that are not optional, with the features that are asked of them. https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
import { first, named, type Format } from './manifest.ts'
import { tomlEntries } from './toml.ts'

export const cargoToml: Format = {
  fits: named('Cargo.toml'),
  name: first(/\[package\][^[]*?\bname\s*=\s*"([^"\n]{1,100})"/),
  read(content) {
    const entries = tomlEntries(content)
    const listed = entries.filter(({ table, value }) => /^(?:target\..+\.)?dependencies$/.test(table) && !/optional\s*=\s*true/.test(value))
    // `[dependencies.redis]` with its fields in lines of their own.
    const tables = new Map(entries.flatMap(entry => { const name = /^dependencies\.([\w-]+)$/.exec(entry.table)?.[1]; return name === undefined ? [] : [[name, entry] as const] }))
    const asked = new Map(entries.filter(({ key }) => key === 'features').map(({ table, value }) => [table, `features = ${value}`]))
    const optional = new Set(entries.flatMap(({ table, key, value }) => (key === 'optional' && value.startsWith('true') ? [table.replace(/^dependencies\./, '')] : [])))
    return {
      dependencies: [
        ...listed.map(({ key, value, span, text }) => ({ ecosystem: 'crates' as const, name: (/package\s*=\s*"([^"\n]+)"/.exec(value)?.[1] ?? key.replace(/\.\w+$/, '')).toLowerCase(), span, text, ...featuresIn(value) })),
        ...[...tables].filter(([name]) => !optional.has(name)).map(([name, { span }]) => ({ ecosystem: 'crates' as const, name: name.toLowerCase(), span, text: `[dependencies.${name}]`, ...featuresIn(asked.get(`dependencies.${name}`) ?? '') })),
      ],
      local: listed.flatMap(({ key, value }) => [/path\s*=\s*"([^"\n]+)"/.exec(value)?.[1] ?? '', ...(/workspace\s*=\s*true/.test(value) || key.endsWith('.workspace') ? [key.replace(/\.\w+$/, '')] : [])].filter(name => name !== '')),
      holdsOthers: entries.some(({ table }) => table === 'workspace') && !entries.some(({ table }) => table === 'package'),
    }
  },
}

function featuresIn(text: string): { readonly extras?: readonly string[] } {
  const extras = [...(/(?:^|[{,\s])features\s{0,20}=\s{0,20}\[([^\]]{0,2000})\]/.exec(text)?.[1] ?? '').matchAll(/"([^"\n]+)"/g)].map(match => match[1] ?? '')
  return extras.length > 0 ? { extras } : {}
}
