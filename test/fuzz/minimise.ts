// A failing input made small: files, lines and characters are left out as long as it fails in the same way.
import type { Files } from './corpus.ts'

/** The smallest that was found within a number of trials. `fails` says whether an input still shows the same. */
export function minimised(files: Files, fails: (files: Files) => boolean, trials = 1_500): Files {
  let left = trials
  const still = (candidate: Files): boolean => left-- > 0 && fails(candidate)
  let small = files
  for (let before = ''; before !== JSON.stringify(small) && left > 0;) {
    before = JSON.stringify(small)
    for (const path of Object.keys(small)) {
      const rest = Object.fromEntries(Object.entries(small).filter(([name]) => name !== path))
      if (still(rest)) small = rest
    }
    for (const path of Object.keys(small)) {
      for (const pieces of [(text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [], (text: string) => text.match(/[\w.-]+|[^]/g) ?? []]) {
        const parts = shrunk(pieces(small[path] ?? ''), kept => still({ ...small, [path]: kept.join('') }), () => left > 0)
        small = { ...small, [path]: parts.join('') }
      }
    }
  }
  return small
}

function shrunk(parts: readonly string[], fails: (parts: readonly string[]) => boolean, goesOn: () => boolean): readonly string[] {
  let kept = parts
  for (let size = Math.ceil(kept.length / 2); size >= 1 && goesOn(); size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length && goesOn();) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)]
      if (fails(rest)) kept = rest
      else at += size
    }
  }
  return kept
}
