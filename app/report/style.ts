import type { PictureColours } from '../topology/tree-picture';

/** The page's only style: calm on a screen, dark or light as the reader has it, and black on white on paper. */
export const reportStyle = `
:root { color-scheme: light; --bg: #ffffff; --raise: #f7f8fa; --line: #dfe3e8; --strong: #bcc4ce; --edge: #8b95a3; --text: #1b222c; --dim: #525d6b; --accent: #2360d8; --ok: #137653; --warn: #8a5c00; --crit: #bf2f28; --info: #4d628b; }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --bg: #0d1014; --raise: #1a1f27; --line: #242b35; --strong: #3a4453; --edge: #5f6b7b; --text: #dbe1e9; --dim: #98a2b0; --accent: #79a9ff; --ok: #46b98e; --warn: #e2a93f; --crit: #ee6a5f; --info: #8fa3c8; } }
@page { size: A4; margin: 14mm 12mm 16mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 32px 24px 48px; background: var(--bg); color: var(--text); font: 13px/1.5 Inter, system-ui, 'Segoe UI', 'Noto Sans', sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 24px; line-height: 1.25; }
h2 { margin: 32px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--line); font-size: 16px; break-after: avoid; }
h3 { margin: 0; font-size: 13px; break-after: avoid; }
h4 { margin: 20px 0 6px; font-size: 13px; break-after: avoid; }
p { margin: 4px 0; }
.lead { break-after: avoid; }
.dim { color: var(--dim); }
.mono, code { font-family: 'JetBrains Mono', ui-monospace, Menlo, 'DejaVu Sans Mono', monospace; font-size: 12px; }
.source { margin: 6px 0 0; color: var(--dim); }
.warning { color: var(--warn); }
.critical { color: var(--crit); }
.ok { color: var(--ok); }
.info { color: var(--info); }
.unknown { color: var(--dim); }
dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 10px 20px; margin: 18px 0 0; }
dl.facts dt { color: var(--dim); font-size: 11.5px; }
dl.facts dd { margin: 0; }
.finding { display: grid; grid-template-columns: 20px 1fr; padding: 10px 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.finding svg { margin-top: 3px; }
.finding table { margin-top: 6px; }
.scroll { overflow-x: auto; }
.scroll > svg { display: block; max-width: none; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 12px 4px 0; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-size: 11.5px; font-weight: 500; white-space: nowrap; }
tr { break-inside: avoid; }
.short { white-space: nowrap; }
.number { text-align: end; white-space: nowrap; }
.key { white-space: pre-wrap; }
.level2 { padding-inline-start: 16px; } .level3 { padding-inline-start: 32px; } .level4 { padding-inline-start: 48px; } .level5 { padding-inline-start: 64px; }
footer { margin-top: 40px; padding-top: 8px; border-top: 1px solid var(--line); color: var(--dim); font-size: 11.5px; }
@media print { .members td, .members td.mono, .members th { font-size: 8.5px; padding-inline-end: 5px; } body { max-width: none; padding: 0; font-size: 10.5px; } h1 { font-size: 19px; } h2 { margin-top: 20px; font-size: 13.5px; } h3, h4 { font-size: 11px; } .mono, code { font-size: 9.5px; } th, dl.facts dt, footer { font-size: 9.5px; } th, td { padding-inline-end: 7px; } .scroll { overflow: visible; } .scroll > svg { max-width: 100%; height: auto; } }
`;

/** The page's colours for its drawings. */
export const reportColours: PictureColours = {
  panel: 'var(--bg)',
  raise: 'var(--raise)',
  line: 'var(--strong)',
  edge: 'var(--edge)',
  text: 'var(--text)',
  dim: 'var(--dim)',
  accent: 'var(--accent)',
  marks: {
    ok: 'var(--ok)',
    warning: 'var(--warn)',
    critical: 'var(--crit)',
    info: 'var(--info)',
    unknown: 'var(--dim)',
  },
};
