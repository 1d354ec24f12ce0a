// Reads the examples of a guide, so that tests run what readers copy.
import { readFileSync } from 'node:fs'

/** The code blocks behind `<!-- test: NAME -->`, by name. */
export function blocksOf(page: string): Readonly<Record<string, string>> {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  return Object.fromEntries([...text.matchAll(/<!-- test: ([\w-]+) -->\n```\w*\n([\s\S]*?)```/g)].map(([, name = '', block = '']) => [name, block]))
}

/** A block that must be there. */
export function block(page: string, name: string): string {
  const found = blocksOf(page)[name]
  if (found === undefined) throw new Error(`docs/${page} has no block ${name}`)
  return found
}
