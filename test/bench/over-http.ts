import { cpus, totalmem } from "node:os";
import { table } from "../../functions/ops/text/table.ts";
import { stages } from "../../infra/settings.ts";
import { callsOfScanAlone } from "../../infra/zuora-calls.ts";
import { coldStarts } from "./cold-start.ts";
import { costTable, modelOfMillion } from "./cost.ts";
import { type Measured, measureFloor, measureSystem, measureUsualScript } from "./measure.ts";
import { type Bar, draw, plot } from "./plot.ts";
import { scanOverHttp } from "./scan-over-http.ts";
import { latency, limits } from "./tenant.ts";

/** As deployed: calls in flight, and processors that share them. */
const { zuoraCallsMax: calls, processorsMax: processors } = stages.prod;

const sampleOfScript = 20;

/** What of the bench is measured over HTTP, in the machine's own time. */
export type OverHttp = {
  readonly accounts: readonly number[];
  readonly times: number;
  readonly scans?: readonly number[];
  readonly plots?: string;
  readonly skipParts?: true;
};

const say = (text: string) => process.stdout.write(`${text}\n`);

const perAccount = ({ calls, accounts }: Measured): string => (calls / accounts).toFixed(3);

/** Ours and the floor, one after the other, so that a slow minute of the machine meets both. */
type Pair = { readonly own: Measured; readonly floor: Measured };

const ratio = ({ own, floor }: Pair): number => own.seconds / floor.seconds;

const measurePair = async (size: number): Promise<Pair> => {
  const floor = await measureFloor(size, calls);
  return { floor, own: await measureSystem(size, 100, processors) };
};

const measurePairs = async (size: number, times: number): Promise<readonly Pair[]> => {
  const pairs: Pair[] = [];
  for (let time = 0; time < times; time += 1) pairs.push(await measurePair(size));
  return pairs.toSorted((a, b) => ratio(a) - ratio(b));
};

const spread = (pairs: readonly Pair[]): string =>
  [...new Set([pairs[0], pairs.at(-1)].map((pair) => (pair === undefined ? "" : ratio(pair).toFixed(2))))].join(" to ");

const systemRow = (own: Measured, timesFloor: readonly [median: string, spread: string]): readonly string[] => [
  `${own.accounts}`,
  `ours, batches of ${own.batchSize}`,
  perAccount(own),
  (own.callsWithoutSafety / own.accounts).toFixed(3),
  own.seconds.toFixed(1),
  ...timesFloor,
  `${own.processorMib ?? "?"}`,
  `${own.scannerMib ?? "?"}`,
  `${own.throttled}`,
];

const columns = [
  "Accounts",
  "Way",
  "Calls each",
  "no safety",
  "Seconds",
  "x floor",
  "Spread",
  "Processor MiB",
  "Scanner MiB",
  "429s",
];
const rightAligned = columns.filter((name) => name !== "Way");

/** Measures the whole local system, a process for each environment, beside the floor and the usual script. */
export const benchOverHttp = async ({ accounts: sizes, times, scans, plots, skipParts }: OverHttp): Promise<void> => {
  say(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`);
  say(
    `Tenant: ${latency.baseMs} ms and ${latency.perRowMs} ms a row, ${limits.concurrency} concurrent; ours ${calls} at a time\n`,
  );

  const rows: (readonly string[])[] = [];
  const medians: Pair[] = [];
  for (const size of sizes) {
    const pairs = await measurePairs(size, times);
    const median = pairs[Math.floor(pairs.length / 2)];
    if (median === undefined) throw new Error("nothing was measured");
    const { own, floor } = median;
    const script = await measureUsualScript(size, sampleOfScript);
    medians.push(median);
    rows.push(
      systemRow(own, [ratio(median).toFixed(2), spread(pairs)]),
      [
        `${size}`,
        "floor",
        perAccount(floor),
        perAccount(floor),
        floor.seconds.toFixed(1),
        "1.00",
        "",
        "",
        "",
        `${floor.throttled}`,
      ],
      [
        `${size}`,
        "usual script, scaled",
        "4.000",
        "",
        script.toFixed(0),
        (script / floor.seconds).toFixed(0),
        "",
        "",
        "",
        "",
      ],
    );
  }
  const [smallest = 1_000] = [...sizes].toSorted((a, b) => a - b);
  const narrow: Measured[] = [];
  if (!skipParts) for (const batchSize of [10, 1]) narrow.push(await measureSystem(smallest, batchSize, processors));
  rows.push(...narrow.map((own) => systemRow(own, ["", ""])));
  say(table(columns, rows, rightAligned));

  const settled: readonly Measured[] = [...medians.map(({ own }) => own), ...narrow];
  const nameOf = ({ accounts, batchSize }: Measured): string =>
    `${accounts.toLocaleString("en")}, batches of ${batchSize}`;
  const floorOf = ({ accounts }: Measured): string => `${accounts.toLocaleString("en")}, floor`;
  const bothOf = (figure: (measured: Measured) => number): readonly Bar[] => [
    ...medians.flatMap(({ own, floor }): Bar[] => [
      [nameOf(own), figure(own)],
      [floorOf(floor), figure(floor)],
    ]),
    ...narrow.map((own): Bar => [nameOf(own), figure(own)]),
  ];
  const mib = settled.flatMap((own): Bar[] => [
    [`${nameOf(own)}, processor`, own.processorMib ?? 0],
    [`${nameOf(own)}, scanner`, own.scannerMib ?? 0],
  ]);
  const [largest] = medians.toSorted((a, b) => b.own.accounts - a.own.accounts);
  if (largest !== undefined) say(`${costTable(largest.own, processors)}\n${modelOfMillion(largest.own)}\n`);
  say(
    plot(
      "Calls to Zuora an account",
      bothOf((each) => each.calls / each.accounts),
    ),
  );
  say(
    plot(
      "Seconds to the last write",
      bothOf(({ seconds: each }) => each),
    ),
  );
  await draw("performance-memory", "MiB of the largest process", mib, plots);

  if (scans !== undefined) {
    const scanned: (readonly string[])[] = [];
    const scanCalls = callsOfScanAlone(stages.prod);
    for (const size of scans) {
      const { accounts, calls: asked, seconds, mib, throttled } = await scanOverHttp(size, scanCalls);
      scanned.push([`${accounts}`, `${asked}`, seconds.toFixed(1), `${mib}`, `${throttled}`]);
    }
    const head = ["Accounts", "Calls", "Seconds", "Scanner MiB", "429s"];
    say(`A scan alone, by HTTP, ${scanCalls} calls at a time\n\n${table(head, scanned, head)}`);
  }

  if (!skipParts) {
    say(
      table(["Function", "Bundle KiB", "Init ms", "x empty"], await coldStarts(), ["Bundle KiB", "Init ms", "x empty"]),
    );
  }
};
