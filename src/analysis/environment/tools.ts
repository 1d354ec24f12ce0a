// What the tools of a repository say of the stacks that they start: `make dev`, Tilt, Skaffold. Knows no tool by its files.
import { folderOf } from '../../model/files.ts'
import type { Stack } from '../../model/stack.ts'
import { wordHint, type Hint } from './words.ts'

/** A stack that is started only by tools for development, or under names for it. A target that says nothing else may be how it is deployed. */
export function toolHints({ root, files, variant, kind, starts }: Pick<Stack, 'root' | 'files'> & Partial<Pick<Stack, 'variant' | 'kind' | 'starts'>>): readonly Hint[] {
  const own = variant ?? files[0] ?? ''
  const base = variant === undefined && (kind ?? 'compose') === 'compose'
  const mine = (starts ?? []).filter(start => start.starts.some(path => path === own || (base && path === root) || (kind !== 'compose' && (path === folderOf(own) || own.startsWith(`${path}/`)))))
  const hints = mine.map(({ target, develops, span }): Hint | undefined => {
    if (develops !== undefined) return { class: 'development', weight: 2.5, text: `${develops} starts it (${span.file})` }
    const hint = wordHint(target, { example: 2, other: 2 }, 'target')
    return hint === undefined || hint.class === 'production' ? undefined : { ...hint, text: `${span.file} starts it as "${target.slice(0, 60)}"` }
  })
  const [first] = hints
  return first === undefined || hints.includes(undefined) ? [] : [first]
}
