// How the page looks, on screens light and dark and on paper.
/** The rules for the picture alone, for a page that shows nothing else of the report; the colours are the page's. */
export const pictureStyle = `
.picture{display:block;font:13px system-ui,sans-serif}
.picture text{text-anchor:middle;fill:var(--front)}.picture .small,.picture .use{font-size:11px;fill:var(--soft)}
.picture .behind{fill:var(--back);stroke:none}
.picture .name{font-weight:600}
.picture rect,.picture a path{fill:var(--panel);stroke:var(--soft);stroke-width:1.5}
.picture .fits rect{stroke:var(--good);stroke-width:2.5}.picture .misfit path{stroke:var(--bad);stroke-width:3.5}.picture .undecided rect{stroke-dasharray:5 4}
.picture .flow{fill:none;stroke:var(--soft);stroke-width:1.5}.picture .flow.misfit{stroke:var(--bad)}
.picture marker path{fill:var(--soft)}
.picture a:hover rect,.picture a:hover path,.picture a:focus-visible rect,.picture a:focus-visible path{fill:var(--mark)}
`

export const style = `
:root{color-scheme:light dark;--back:#fff;--front:#1f2328;--soft:#59636e;--line:#d1d9e0;--panel:#f6f8fa;--link:#0969da;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700;--add:#dafbe1;--gone:#ffebe9;--mark:#fff8c5}
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){--back:#0d1117;--front:#e6edf3;--soft:#9198a1;--line:#3d444d;--panel:#151b23;--link:#4493f8;--good:#3fb950;--bad:#f85149;--warn:#d29922;--add:#12361f;--gone:#4b1113;--mark:#4b3a00}}
:root[data-theme=dark]{color-scheme:dark;--back:#0d1117;--front:#e6edf3;--soft:#9198a1;--line:#3d444d;--panel:#151b23;--link:#4493f8;--good:#3fb950;--bad:#f85149;--warn:#d29922;--add:#12361f;--gone:#4b1113;--mark:#4b3a00}
:root[data-theme=light]{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:anywhere;background:var(--back);color:var(--front);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--back);padding:8px;z-index:3}
header,main,footer{max-width:1100px;margin:0 auto;padding:0 20px}
h1{font-size:24px;margin:24px 0 4px}
.outcome{font-size:17px;margin:0 0 12px}
.controls{position:sticky;top:0;z-index:2;background:var(--back);border-bottom:1px solid var(--line);padding:8px 0;display:flex;gap:12px;flex-wrap:wrap;align-items:center}
.controls input[type=search]{flex:1;min-width:180px;padding:6px 10px;font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:6px}
.controls button{font:inherit;color:inherit;background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:6px 12px;cursor:pointer}
.controls label{white-space:nowrap}
.count{color:var(--soft)}
.stack{border:1px solid var(--line);border-radius:8px;margin:16px 0;background:var(--back)}
.stack>summary{padding:10px 14px;cursor:pointer;background:var(--panel);border-radius:8px;font-weight:600}
.stack[open]>summary{border-bottom:1px solid var(--line);border-radius:8px 8px 0 0}
.stack>summary h2{display:inline;font-size:16px;margin:0}
.inside{padding:8px 16px 16px}
.about{color:var(--soft);font-weight:400;font-size:13px}
h3{font-size:17px;margin:0 0 2px}h4{font-size:15px;margin:0 0 4px}h5{font-size:12px;margin:10px 0 0;color:var(--soft);text-transform:uppercase;letter-spacing:.04em}
h5+p,h5+ul{margin-top:2px}p{margin:4px 0}ul{margin:4px 0;padding-left:20px}
.component{border-left:6px solid var(--line);margin:18px 0;padding:4px 0 4px 14px;scroll-margin-top:70px}
.component.misfit{border-left:6px double var(--bad)}.component.fits{border-left-color:var(--good)}.component.undecided{border-left-style:dashed}
.component.here{background:var(--panel)}
.verdict{font-size:13px;border:1px solid currentColor;border-radius:12px;padding:1px 9px;white-space:nowrap}
.misfit>h3 .verdict{color:var(--bad)}.fits>h3 .verdict{color:var(--good)}.undecided>h3 .verdict{color:var(--soft)}
.finding{border:1px solid var(--line);border-radius:6px;padding:10px 12px;margin:10px 0;scroll-margin-top:70px}
.severity{font-size:12px;text-transform:uppercase;font-weight:700}.error .severity{color:var(--bad)}.warning .severity{color:var(--warn)}.info .severity{color:var(--link)}
code,pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--panel);border-radius:6px;padding:8px 10px;overflow-x:auto;margin:6px 0}
pre.line{padding:2px 8px;margin:2px 0}
.number{display:inline-block;min-width:3em;padding-right:1em;text-align:right;color:var(--soft);user-select:none}
mark{background:var(--mark);color:inherit;text-decoration:underline wavy var(--bad);text-underline-offset:3px}
.diff ins,.diff del,.diff .head{display:block;text-decoration:none}.diff ins{background:var(--add)}.diff del{background:var(--gone)}.diff .head{color:var(--soft)}
table{border-collapse:collapse;margin:6px 0;width:100%}th,td{text-align:left;vertical-align:top;padding:3px 8px;border-bottom:1px solid var(--line);font-size:13px;overflow-wrap:anywhere}th{font-weight:600}
details>summary{cursor:pointer}
.drawing{overflow:auto;margin:10px 0;border:1px solid var(--line);border-radius:6px;max-height:80vh}
${pictureStyle}
[hidden]{display:none!important}
@media(max-width:600px){header,main,footer{padding:0 10px}.inside{padding:4px 10px 10px}.component{padding-left:10px}.controls{position:static}}
@media print{.controls,.skip{display:none}.stack{break-inside:auto}.finding,.component>h3{break-inside:avoid}.drawing{max-height:none;overflow:visible;border:0}.picture{max-width:100%;height:auto}a{color:inherit}pre{white-space:pre-wrap}}
`.replace(/\n/g, '')
