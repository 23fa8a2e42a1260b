import { cpus, totalmem } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { table } from "../../functions/ops/text/table.ts";
import { stages } from "../../infra/settings.ts";
import { coldStarts } from "./cold-start.ts";
import { costTable } from "./cost.ts";
import { type Measured, measureFloor, measureSystem, measureUsualScript } from "./measure.ts";
import { plot } from "./plot.ts";
import { scannerMemory } from "./scanner-memory.ts";
import { latency, limits } from "./tenant.ts";

const numbers = (text: string): readonly number[] =>
  text.split(",").map((each) => {
    if (/^[1-9]\d{0,6}$/.test(each)) return Number(each);
    throw new InvalidArgumentError("Expected whole numbers with commas between them.");
  });

const count = (text: string): number => {
  const [number = 1, ...others] = numbers(text);
  if (others.length === 0) return number;
  throw new InvalidArgumentError("Expected a whole number.");
};

/** As deployed: calls in flight, and processors that share them. */
const { zuoraCallsMax: calls, processorsMax: processors } = stages.prod;

const sampleOfScript = 20;

const {
  accounts: sizes,
  times,
  skipParts,
} = new Command("npm run bench --")
  .description("Measures the whole local system against a floor and the usual script, on a simulated tenant far away.")
  .option("--accounts <LIST>", "sizes of the tenant", numbers, [1_000, 10_000])
  .option("--times <N>", "how often each size is measured: the median is shown, and the spread", count, 1)
  .option("--skip-parts", "leave out small batches, cold start and the scanner's memory")
  .allowExcessArguments(false)
  .parse()
  .opts<{ accounts: readonly number[]; times: number; skipParts?: true }>();

const say = (text: string) => process.stdout.write(`${text}\n`);

const perAccount = ({ calls, accounts }: Measured): string => (calls / accounts).toFixed(3);

/** Ours and the floor, one after the other, so that a slow minute of the machine meets both. */
type Pair = { readonly own: Measured; readonly floor: Measured };

const ratio = ({ own, floor }: Pair): number => own.seconds / floor.seconds;

const measurePair = async (size: number): Promise<Pair> => {
  const floor = await measureFloor(size, calls);
  return { floor, own: await measureSystem(size, 100, processors) };
};

const measurePairs = async (size: number): Promise<readonly Pair[]> => {
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

say(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`);
say(
  `Tenant: ${latency.baseMs} ms and ${latency.perRowMs} ms a row, ${limits.concurrency} concurrent; ours ${calls} at a time\n`,
);

const rows: (readonly string[])[] = [];
const medians: Pair[] = [];
for (const size of sizes) {
  const pairs = await measurePairs(size);
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
if (!skipParts)
  for (const batchSize of [10, 1]) rows.push(systemRow(await measureSystem(smallest, batchSize, processors), ["", ""]));
say(table(columns, rows, rightAligned));
const seconds = medians.flatMap(({ own, floor }): (readonly [string, number])[] => [
  [`${own.accounts} ours`, own.seconds],
  [`${own.accounts} floor`, floor.seconds],
]);
const mib = medians.flatMap(({ own }): (readonly [string, number])[] => [
  [`${own.accounts} processor`, own.processorMib ?? 0],
  [`${own.accounts} scanner`, own.scannerMib ?? 0],
]);
const [largest] = medians.toSorted((a, b) => b.own.accounts - a.own.accounts);
if (largest !== undefined) say(costTable(largest.own, processors));
say(plot("seconds", seconds));
say(plot("MiB of the largest process", mib));

if (!skipParts) {
  say(
    table(["Function", "Bundle KiB", "Init ms", "x empty"], await coldStarts(), ["Bundle KiB", "Init ms", "x empty"]),
  );
  say(
    `Scanner, a million accounts found (its own code over rows out of nothing): ${await scannerMemory(1_000_000)} MiB`,
  );
}
