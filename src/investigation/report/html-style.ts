/** The look of a report: light and dark by the reader's setting, black on white in print. It stands in the page itself: nothing is loaded. */
export const reportStyle = `
:root { color-scheme: light dark; --ground: #fff; --text: #1c2126; --quiet: #5b6570; --line: #d8dde2; --lane: #f5f7f9;
  --bad: #b3261e; --warn: #8a5300; --good: #1b6e3c; --accent: #1f5fa8; }
@media (prefers-color-scheme: dark) { :root { --ground: #14181c; --text: #e4e8ec; --quiet: #9aa5b0; --line: #333b43; --lane: #1b2127;
  --bad: #ff8a80; --warn: #f0b45a; --good: #6fd08f; --accent: #7db4f0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; overflow-wrap: break-word; }
dd, li, p { min-width: 0; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
article + article { margin-top: 4rem; border-top: 3px solid var(--line); padding-top: 2rem; }
p { margin: .4rem 0; } ul { margin: 0; padding-left: 1.2rem; } li { margin: .3rem 0; }
dl { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: .3rem 1rem; margin: 1rem 0; } dt { color: var(--quiet); } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: 13px; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; } td.time { white-space: nowrap; font-variant-numeric: tabular-nums; } td.stage { white-space: nowrap; }
/* Columns as wide as what stands in them needs: a word breaks where it has no room in a line of its own, and pushes no column off the page. */
.calls { table-layout: fixed; } .calls td { overflow-wrap: break-word; } .calls td.time, .calls td.stage, .calls th { white-space: normal; }
.calls th:nth-child(1) { width: 11%; } .calls th:nth-child(2) { width: 12%; } .calls th:nth-child(3) { width: 20%; }
.calls th:nth-child(4) { width: 19%; } .calls th:nth-child(5) { width: 19%; } .calls th:nth-child(6) { width: 19%; }
.narrow { display: none; }
.scroll { overflow-x: auto; }
.quiet { color: var(--quiet); } .bad, .high, .critical, .open { color: var(--bad); } .medium, .unknown, .suspicious { color: var(--warn); }
.good, .benign, .closed, .accepted, .ended { color: var(--good); }
.tag { display: inline-block; min-width: 5.6rem; padding-right: .6rem; font-weight: 600; } code { font: 12.5px ui-monospace, 'DejaVu Sans Mono', monospace; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--text); font: 12px system-ui, 'DejaVu Sans', sans-serif; }
svg .lane { fill: var(--lane); } svg .lane.odd { fill: none; } svg .time, svg .how { fill: var(--quiet); font-size: 11px; }
svg .tick { stroke: var(--line); } svg .ours line { stroke: var(--good); stroke-width: 2; stroke-dasharray: 4 3; }
svg .call { fill: var(--accent); } svg .call.refused { fill: var(--ground); stroke: var(--warn); stroke-width: 2; } svg .call.new { fill: var(--bad); }
svg .span { stroke: var(--accent); stroke-width: 4; opacity: .45; } svg .span.refused { stroke: var(--warn); } svg .span.new { stroke: var(--bad); }
svg .alert { fill: none; stroke: var(--bad); stroke-width: 1.8; }
svg .identity { fill: var(--lane); stroke: var(--quiet); } svg .identity.suspect { stroke: var(--bad); stroke-width: 2; }
svg .identity.created, svg .identity.changed { stroke: var(--warn); stroke-width: 2; } svg .identity.outside { stroke-dasharray: 4 3; }
svg .link { fill: none; stroke: var(--quiet); stroke-width: 1.5; } svg .link.likely { stroke-dasharray: 4 3; }
/* On a telephone: the drawing made for it, and a call below the other, for a table has no room. */
@media screen and (max-width: 36rem) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: .6rem; } .drawing { overflow-x: auto; }
  .drawing svg.graph { min-width: 22rem; } .wide { display: none; } .narrow { display: block; }
  .calls, .calls tbody, .calls tr, .calls td { display: block; } .calls thead { display: none; } .calls tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
  .calls td { border: 0; padding: 0; } .calls td:empty { display: none; } }
@media print { @page { margin: 14mm; } :root { color-scheme: light; --ground: #fff; --text: #000; --quiet: #444; --line: #bbb; --lane: #f2f2f2; --bad: #9c1c14; --warn: #754600; --good: #14572f; --accent: #1f5fa8; }
  body { max-width: none; padding: 0; font-size: 10.5pt; } h2 { break-after: avoid; } tr, li, svg { break-inside: avoid; } thead { display: table-header-group; }
  .calls { font-size: 7.5pt; } .calls th, .calls td { padding: .25rem .3rem; }
  article + article { break-before: page; } .scroll { overflow: visible; } * { print-color-adjust: exact; } }
`;
