// What comments in other languages than English state: their words for a purpose, for a place, for "not". The words for roles are data; no technology
// is named here.
import type { Phrase } from './prose.ts'

/** Whether a word of a language that is not split at spaces, or has other letters, occurs; the knowledge lists stems. */
export const mentionsAbroad = (text: string, stems: readonly string[]): boolean =>
  abroadOf(text).some(sentence => stems.some(stem => sentence.includes(stem)) && !denies(sentence))

// "for", "as", "serves to" in Chinese, Japanese, Korean, Russian, German, French, Spanish, Portuguese, Italian, Polish.
const purposes = [
  '用于', '用作', '作为', '用来', '存储', '存放', 'として', 'ための', 'のため', '使用', '용도', '위한', '저장', 'для ', 'как ', 'хранит', 'хранения', 'используется', 'für ', 'als ', 'dient ', 'speichert', 'pour ', 'comme ',
  'sert ', 'stocke ', 'para ', 'como ', 'almacena', 'armazena', 'guarda ', 'usato per ', 'usato come ', 'używany jako ', 'dla ',
]
// A role and its place make a heading: "store of sessions".
const placesAbroad = ['服务', '服務', '存储', '数据库', 'サーバー', 'ストア', '管理', 'хранилищ', 'брокер', 'speicher', 'stockage', 'almacén', 'almacenamiento', 'armazenamento', '저장소', '서버']
const denials = new Set(['не', 'нет', 'без', 'kein', 'keine', 'keinen', 'nicht', 'ohne', 'ne', 'pas', 'sans', 'no', 'sin', 'não', 'sem', 'nie', 'non'])
const deniesWithin = ['不要', '不用于', '不作为', '勿', '禁止', '禁用', '关闭', 'しない', 'しません', '아닌', '하지', 'отключ', 'désactiv', 'desactiv']
const denies = (sentence: string): boolean => sentence.split(/[\s,()]+/).some(word => denials.has(word)) || deniesWithin.some(part => sentence.includes(part))
const abroadOf = (text: string): readonly string[] => text.slice(0, 2000).toLowerCase().split(/[.;!?\u3002\uff1b\uff01\uff1f](?=\s|$)|[\u3002\uff1b\uff01\uff1f]/)

/** Whether a sentence in another language states a purpose, by its own words for a role or by English ones. */
export const statesAbroad = (text: string, stems: readonly string[], phrases: readonly Phrase[], roles: readonly (readonly string[])[]): boolean =>
  abroadOf(text).some(sentence => {
    if (denies(sentence)) return false
    const before = purposes.map(purpose => sentence.indexOf(purpose)).filter(at => at >= 0)
    const english = before.length > 0 ? phrases.map(phrase => wholeWord(sentence, phrase.join(' '))) : []
    const found = [...stems.map(stem => ({ at: sentence.indexOf(stem), end: sentence.indexOf(stem) + stem.length })).filter(({ at }) => at >= 0), ...english.filter(({ at }) => at >= 0)]
    if (found.some(({ end }) => before.some(said => said < end + 8) || (sentence.startsWith('用', end) && !sentence.startsWith('用户', end)))) return true
    if (!stems.some(stem => sentence.includes(stem)) || sentence.trim().length > 40) return false
    const others = roles.filter(role => role !== stems && role.some(stem => sentence.includes(stem)))
    return others.length > 0 || placesAbroad.some(place => sentence.includes(place)) || stems.some(stem => stem.includes(' ') && sentence.includes(stem))
  })

function wholeWord(text: string, word: string): { readonly at: number; readonly end: number } {
  for (let at = text.indexOf(word); at >= 0 && word !== ''; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\d]/u.test(text[at - 1] ?? ' ') && !/[\p{L}\d]/u.test(text[at + word.length] ?? ' ')) return { at, end: at + word.length }
  }
  return { at: -1, end: -1 }
}
