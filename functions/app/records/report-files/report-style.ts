/** How the page of a report looks: on a screen, on a phone, and on A4. */
export const reportStyle = `
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 0; }
main { max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .8rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
dl { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: 0 0 1rem; } dt { color: #59636e; font-size: .8rem; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #d1d9e0; vertical-align: top; }
th { border-bottom: 2px solid #59636e; } td:first-child { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.good, .bad { padding: .6rem .9rem; border-left: 4px solid; margin: 0; } .good { border-color: #1a7f37; background: #eefbf1; }
.bad { border-color: #cf222e; background: #fff0ee; font-weight: 600; } .notes { padding-left: 1.2rem; }
.signatures { display: flex; flex-wrap: wrap; gap: 3.5rem 4rem; margin-top: 4.5rem; }
.signatures p { border-top: 1px solid; padding-top: .3rem; margin: 0; width: 18rem; max-width: 100%; }
.details { margin-top: 3rem; } .charts { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
figure { margin: 0; flex: 1 1 22rem; max-width: 30rem; } figcaption { font-weight: 600; margin-bottom: .3rem; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: #1b1f24; } svg rect { fill: #3466a8; }
@media screen and (max-width: 44rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; } tr { border: 1px solid #d1d9e0; border-radius: 6px; margin-bottom: .6rem; padding: .2rem 0; }
  td, td:first-child { display: flex; justify-content: space-between; gap: 1rem; border: 0; white-space: normal; overflow-wrap: anywhere; }
  td::before { content: attr(data-head); color: #59636e; white-space: nowrap; } td:empty { display: none; }
}
@page { size: A4 landscape; margin: 12mm; }
@media print {
  main { margin: 0; max-width: none; padding: 0; } body { font-size: 10pt; } table { font-size: 8pt; line-height: 1.3; }
  /* What is signed is to be on one sheet, with six currencies as well. */
  th, td { padding: .15rem .6rem; } h2 { margin: .9rem 0 .3rem; } .notes { margin: .5rem 0; } .signatures { margin-top: 3rem; }
  .details { break-before: page; margin: 0; } thead { display: table-header-group; }
  tr, figure, .signatures { break-inside: avoid; } h2 { break-after: avoid; }
  .good, .bad, svg { print-color-adjust: exact; }
}
`;
