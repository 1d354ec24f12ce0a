// Draws what an editor shows for an ESLint message: the lines, the squiggle, the box with words and quick fixes.
import type { Linter } from 'eslint'

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function wrapped(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines
}

const keyColour = (line: string): string => line.replace(/^(\s*(?:- )?)([\w-]+)(:)/, '$1<tspan fill="#7cb7ff">$2</tspan>$3')

/** An SVG of a file with one message. */
export function picture(name: string, text: string, message: Linter.LintMessage): string {
  const letter = 7.83, row = 22, left = 56, top = 74
  const out: string[] = []
  const say = (x: number, y: number, content: string, colour: string): void => {
    out.push(`<text x="${x.toFixed(1)}" y="${y}" fill="${colour}" xml:space="preserve">${content}</text>`)
  }
  const lines = text.trimEnd().split('\n')
  lines.forEach((line, index) => {
    say(22, top + index * row, String(index + 1), '#6b7280')
    // The squiggle must fit whatever font the reader has.
    out.push(`<text x="${left}" y="${top + index * row}" fill="#d7dae0" textLength="${(line.length * letter).toFixed(1)}" xml:space="preserve">${keyColour(escaped(line))}</text>`)
  })
  const under = top + (message.line - 1) * row + 5
  const from = left + (message.column - 1) * letter
  const to = left + ((message.endColumn ?? message.column) - 1) * letter
  const waves = Array.from({ length: Math.ceil((to - from) / 4) }, (_, i) => `l2 ${i % 2 === 0 ? '-3' : '3'} l2 0`).join(' ')
  out.push(`<path d="M${from.toFixed(1)} ${under} ${waves}" fill="none" stroke="#f14c4c" stroke-width="1.4"/>`)
  const words = wrapped(message.message, 92)
  const boxTop = top + lines.length * row
  const fixes = (message.suggestions ?? []).flatMap(({ desc }) => wrapped(desc, 84).map((line, i) => ({ line, first: i === 0 })))
  const height = (words.length + fixes.length + 1) * 20 + 34
  out.push(`<rect x="${left}" y="${boxTop}" width="776" height="${height}" rx="6" fill="#252a33" stroke="#3f4654"/>`)
  words.forEach((line, index) => { say(left + 14, boxTop + 26 + index * 20, escaped(line), '#e6e8ec') })
  say(left + 14, boxTop + 26 + words.length * 20, `eslint(${escaped(message.ruleId ?? '')})`, '#7cb7ff')
  fixes.forEach(({ line, first }, index) => { say(left + 14, boxTop + 38 + (words.length + 1 + index) * 20, `${first ? '💡' : '  '} ${escaped(line)}`, '#b9c0cc') })
  const full = boxTop + height + 22
  return `<svg xmlns="http://www.w3.org/2000/svg" width="860" height="${full}" viewBox="0 0 860 ${full}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="13">
<rect width="860" height="${full}" rx="10" fill="#1b1f27"/>
<text x="22" y="32" fill="#9aa3b2">${escaped(name)}</text>
${out.join('\n')}
</svg>
`
}
