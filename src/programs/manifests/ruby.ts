// Gemfile of Bundler: gems outside the groups for development and tests. https://bundler.io/man/gemfile.5.html
import { blanked, dependencyAt, named, without, type Format } from './manifest.ts'

const aside = /:(?:development|test|dev|ci|lint|doc|documentation)\b/

export const gemfile: Format = {
  fits: named('Gemfile', 'gems.rb'),
  name: () => undefined,
  read(content) {
    const text = blanked(without(content.text, /^[ \t]*#[^\n]*|[ \t]#[^{\n][^\n]*$/gm), '\n=begin', '\n=end')
    const hidden = hiddenLines(text)
    return {
      dependencies: [...text.matchAll(/^[ \t]*gem[ \t(]+["']([\w.-]{1,100})["'][^\n]*/gm)]
        .filter(match => !hidden(match.index) && !(/groups?(?::|\s*=>)/.test(match[0]) && aside.test(match[0]) && !/:(?:production|default)\b/.test(match[0])))
        .map(match => dependencyAt(content, 'rubygems', (match[1] ?? '').toLowerCase(), match)),
    }
  },
}

// Lines between `group :development do` and its end.
function hiddenLines(text: string): (offset: number) => boolean {
  const ranges: { readonly start: number; readonly end: number }[] = []
  let group: { readonly indent: string; readonly start: number } | undefined, at = 0
  for (const line of text.split('\n')) {
    const [, indent = '', names] = /^([ \t]*)group[ (]([^\n]{0,300}?)\)?[ \t]+do\b/.exec(line) ?? []
    if (!group && names !== undefined && aside.test(names) && !/:(?:production|default)\b/.test(names)) group = { indent, start: at }
    else if (group && line.startsWith(`${group.indent}end`)) { ranges.push({ start: group.start, end: at }); group = undefined }
    at += line.length + 1
  }
  return offset => ranges.some(({ start, end }) => offset >= start && offset < end)
}
