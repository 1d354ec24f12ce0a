// Gemfile of Bundler: gems outside the groups for development and tests. https://bundler.io/man/gemfile.5.html
import { dependencyAt, named, without, type Format } from './manifest.ts'

const aside = /:(?:development|test|dev|ci|lint|doc|documentation)\b/

export const gemfile: Format = {
  fits: named('Gemfile', 'gems.rb'),
  name: () => undefined,
  read(content) {
    const text = without(without(content.text, /^[ \t]*#[^\n]*|[ \t]#[^{\n][^\n]*$/gm), /^=begin[^]*?^=end/gm)
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
  for (const match of text.matchAll(/^([ \t]*)group[ (]([^\n]*?)\)?[ \t]+do\b[^\n]*\n([^]*?)^\1end\b/gm)) {
    const groups = match[2] ?? ''
    if (aside.test(groups) && !/:(?:production|default)\b/.test(groups)) ranges.push({ start: match.index, end: match.index + match[0].length })
  }
  return offset => ranges.some(({ start, end }) => offset >= start && offset < end)
}
