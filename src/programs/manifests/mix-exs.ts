// mix.exs of Elixir: the packages of `deps`, without those for development and tests. https://hexdocs.pm/mix/Mix.Tasks.Deps.html
import { dependencyAt, first, named, without, type Format } from './manifest.ts'

export const mixExs: Format = {
  fits: named('mix.exs'),
  name: first(/\bapp:\s*:(\w{1,100})/),
  read(content) {
    const text = without(content.text, /^[ \t]*#[^\n]*/gm)
    const entries = [...text.matchAll(/\{\s*:(\w{1,100})\s*,[^{}]*\}/g)]
    return {
      dependencies: entries.filter(match => !/only:\s{0,20}(?:\[[^\]]{0,200}\]|:\w)/.test(match[0]) || /only:[^}]{0,200}:prod/.test(match[0])).map(match => dependencyAt(content, 'hex', match[1] ?? '', match)),
      local: entries.flatMap(match => (/in_umbrella:\s*true/.test(match[0]) ? [match[1] ?? ''] : [])),
      holdsOthers: /\bapps_path:/.test(text),
    }
  },
}
