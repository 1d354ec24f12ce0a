// A strict, small reader of XML for tests: throws on whatever is not well-formed in what misfit may write.

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

// eslint-disable-next-line no-control-regex -- XML 1.0, production 2
const illegal = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const token = /<\?xml [^?<>]*\?>|<\/([a-z-]+)>|<([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy

/** The document's element; throws with the place of the first fault. */
export function readXml(document: string): Element {
  if (illegal.test(document)) throw new Error('a character that XML does not allow')
  const top = { name: '', attributes: {}, children: [] as Element[], text: '' }
  const open: { name: string; attributes: Record<string, string>; children: Element[]; text: string }[] = [top]
  token.lastIndex = 0
  while (token.lastIndex < document.length) {
    const at = token.lastIndex
    const match = token.exec(document)
    const inside = open.at(-1)
    if (!match || !inside) throw new Error(`not well-formed: ${document.slice(at, at + 80)}`)
    const [, closed, opened, attributes = '', empty, text] = match
    if (text !== undefined) inside.text += decode(text)
    if (opened !== undefined) {
      const element = { name: opened, attributes: Object.fromEntries([...attributes.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decode(value)])), children: [], text: '' }
      inside.children.push(element)
      if (empty === '') open.push(element)
    }
    if (closed !== undefined && open.pop()?.name !== closed) throw new Error(`${closed} is closed but not open`)
  }
  const [root] = top.children
  if (open.length !== 1 || top.children.length !== 1 || root === undefined) throw new Error('not one element')
  return root
}

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

export function decode(text: string): string {
  if (text.includes(']]>')) throw new Error('"]]>" in text')
  return text.replace(/&([^;&]{0,10});?/g, (_, name: string) => {
    const found = names[name] ?? (name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : undefined)
    if (found === undefined) throw new Error(`unknown reference &${name}`)
    return found
  })
}
