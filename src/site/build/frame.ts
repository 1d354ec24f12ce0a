// The frame that every page of the site has. Text from Markdown and file names arrives escaped or is escaped here.

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

/** Nothing is sent anywhere: pages read only files of their own site. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'"

export interface Framed {
  readonly path: string
  readonly title: string
  readonly summary: string
  readonly html: string
  /** Folders between the page and the top of the site. */
  readonly depth: number
  /** Script and style tags, with addresses from the top of the site. */
  readonly head: string
}

/** A whole page. */
export function frame({ path, title, summary, html, depth, head }: Framed): string {
  const top = '../'.repeat(depth)
  const here = (name: string): string => (path.startsWith(name) ? ' aria-current="true"' : '')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="description" content="${escapeHtml(summary)}">
<title>${escapeHtml(title)}${title === 'misfit' ? '' : ' · misfit'}</title>
${head.replaceAll('="./', `="${top === '' ? './' : top}`).replaceAll(' crossorigin', '')}
</head>
<body data-top="${top}">
<a class="skip" href="#content">Skip to the content</a>
<header class="bar">
<a class="brand" href="${top}index.html">misfit</a>
<nav aria-label="Site"><a href="${top}index.html#guides">Guides</a><a href="${top}rules/index.html"${here('rules/')}>Rules</a><a href="${top}playground.html">Playground</a></nav>
<div class="search" role="search"><label for="search">Search</label><input id="search" type="search" autocomplete="off" aria-controls="hits" aria-expanded="false" role="combobox" aria-autocomplete="list"><ul id="hits" role="listbox" aria-label="Pages found" hidden></ul></div>
</header>
<main id="content">${html}</main>
</body>
</html>
`
}
