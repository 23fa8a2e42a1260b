import { cpus, totalmem } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { table } from "../../functions/ops/table.ts";
import { coldStarts } from "./cold-start.ts";
import { type Measured, measureFloor, measureSystem, measureUsualScript } from "./measure.ts";
import { scannerMemory } from "./scanner-memory.ts";
import { latency, limits } from "./tenant.ts";

const numbers = (text: string): readonly number[] =>
  text.split(",").map((each) => {
    if (/^[1-9]\d{0,6}$/.test(each)) return Number(each);
    throw new InvalidArgumentError("Expected whole numbers with commas between them.");
  });

/** As deployed: nineteen processors, one call each, and the scanner. */
const concurrency = 20;

const sampleOfScript = 20;

const { accounts: sizes, skipParts } = new Command("npm run bench --")
  .description("Measures the whole local system against a floor and the usual script, on a simulated tenant far away.")
  .option("--accounts <LIST>", "sizes of the tenant", numbers, [1_000, 10_000])
  .option("--skip-parts", "leave out small batches, cold start and the scanner's memory")
  .allowExcessArguments(false)
  .parse()
  .opts<{ accounts: readonly number[]; skipParts?: true }>();

const say = (text: string) => process.stdout.write(`${text}\n`);

const perAccount = ({ calls, accounts }: Measured): string => (calls / accounts).toFixed(3);

const systemRow = (own: Measured, floorSeconds: number | undefined): readonly string[] => [
  `${own.accounts}`,
  `ours, batches of ${own.batchSize}`,
  perAccount(own),
  (own.callsWithoutSafety / own.accounts).toFixed(3),
  own.seconds.toFixed(1),
  floorSeconds === undefined ? "" : (own.seconds / floorSeconds).toFixed(2),
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
  "Processor MiB",
  "Scanner MiB",
  "429s",
];
const rightAligned = columns.filter((name) => name !== "Way");

say(`${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`);
say(
  `Tenant: ${latency.baseMs} ms and ${latency.perRowMs} ms a row, ${limits.concurrency} concurrent; ours ${concurrency} at a time\n`,
);

const rows: (readonly string[])[] = [];
for (const size of sizes) {
  const floor = await measureFloor(size, concurrency);
  const own = await measureSystem(size, 10, concurrency);
  const script = await measureUsualScript(size, sampleOfScript);
  rows.push(
    systemRow(own, floor.seconds),
    [
      `${size}`,
      "floor",
      perAccount(floor),
      perAccount(floor),
      floor.seconds.toFixed(1),
      "1.00",
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
    ],
  );
}
const [smallest = 1_000] = [...sizes].toSorted((a, b) => a - b);
if (!skipParts)
  for (const batchSize of [3, 1])
    rows.push(systemRow(await measureSystem(smallest, batchSize, concurrency), undefined));
say(table(columns, rows, rightAligned));

if (!skipParts) {
  say(
    table(["Function", "Bundle KiB", "Init ms", "x empty"], await coldStarts(), ["Bundle KiB", "Init ms", "x empty"]),
  );
  say(
    `Scanner, a million accounts found (its own code over rows out of nothing): ${await scannerMemory(1_000_000)} MiB`,
  );
}
