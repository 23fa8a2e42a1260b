import { table } from "../../../functions/ops/text/table.ts";
import { stages } from "../../../infra/settings.ts";
import { costTable, modelOfMillion } from "../cost.ts";
import { type Bar, draw } from "../plot.ts";
import { latency, limits } from "../tenant.ts";
import { deployed } from "./deployed.ts";
import { measureFloorVirtually, measureVirtually, type VirtuallyMeasured } from "./measure-virtually.ts";

const columns = [
  "Accounts",
  "Way",
  "Calls each",
  "Seconds",
  "before the first write",
  "x floor",
  "In flight",
  "Busy",
  "429s",
];
const rightAligned = columns.filter((name) => name !== "Way");

const say = (text: string) => process.stdout.write(`${text}\n`);

const each = ({ accounts, seen }: VirtuallyMeasured): number => seen.calls / accounts;

/** The least and the most of a figure of several runs, or what they all have. */
const range = (
  runs: readonly VirtuallyMeasured[],
  places: number,
  figure: (run: VirtuallyMeasured) => number,
): string => {
  const values = runs.map(figure);
  return [...new Set([Math.min(...values), Math.max(...values)].map((value) => value.toFixed(places)))].join(" to ");
};

/** Of the calls that processors may have under way from the first write to the last, the part that was. */
const busy = ({ seen, seconds, scanSeconds }: VirtuallyMeasured): number =>
  seen.busyMs / 1_000 / (seconds - scanSeconds) / (deployed.processors * deployed.processorCalls);

const rowOf = (way: string, runs: readonly VirtuallyMeasured[], floor: VirtuallyMeasured): readonly string[] => [
  `${floor.accounts}`,
  way,
  range(runs, 3, each),
  range(runs, 1, ({ seconds }) => seconds),
  range(runs, 1, ({ scanSeconds }) => scanSeconds),
  range(runs, 2, ({ seconds }) => seconds / floor.seconds),
  range(runs, 0, ({ maxInFlight }) => maxInFlight),
  runs.includes(floor) ? "" : `${range(runs, 0, (run) => 100 * busy(run))} %`,
  range(runs, 0, ({ throttled }) => throttled),
];

/**
 * Measures the production code in virtual time: calls and seconds are those of Zuora's pace, on any machine.
 *
 * @param times how many runs, which differ in how long requests to AWS take, and so in who gets which messages
 */
export const benchVirtually = async ({
  accounts: sizes,
  times,
  plots,
}: {
  readonly accounts: readonly number[];
  readonly times: number;
  readonly plots?: string;
}): Promise<void> => {
  say(
    `Virtual time. Tenant: ${latency.baseMs} ms and ${latency.perRowMs} ms a row, ${limits.concurrency} concurrent; ours ` +
      `${deployed.scannerCalls} of a scan, then ${deployed.processors} processors with ${deployed.processorCalls} each\n`,
  );
  const rows: (readonly string[])[] = [];
  const kinds: (readonly string[])[] = [];
  const calls: Bar[] = [];
  const seconds: Bar[] = [];
  let largest: VirtuallyMeasured | undefined;
  for (const size of sizes) {
    const floor = await measureFloorVirtually(size, stages.prod.zuoraCallsMax);
    const runs: VirtuallyMeasured[] = [];
    for (let seed = 1; seed <= times; seed += 1) runs.push(await measureVirtually(size, deployed, seed));
    rows.push(rowOf("ours", runs, floor), rowOf("floor", [floor], floor));
    const most = runs.toSorted((a, b) => each(b) - each(a))[0];
    for (const [name, run] of [
      ["ours", most],
      ["floor", floor],
    ] as const) {
      if (run === undefined) continue;
      calls.push([`${size.toLocaleString("en")}, ${name}`, each(run)]);
      seconds.push([`${size.toLocaleString("en")}, ${name}`, run.seconds]);
    }
    largest = most === undefined || (largest?.accounts ?? 0) > most.accounts ? largest : most;
    for (const [kind, many] of most?.seen.byKind ?? [])
      kinds.push([`${size}`, kind, `${many}`, (many / size).toFixed(4)]);
  }
  say(table(columns, rows, rightAligned));
  if (largest !== undefined) {
    const own = { ...largest, calls: largest.seen.calls };
    say(`${costTable(own, deployed.processors)}\n${modelOfMillion(own)}\n`);
  }
  say(table(["Accounts", "Calls of the run with most", "How many", "each"], kinds, ["Accounts", "How many", "each"]));
  await draw("performance-calls", "Calls to Zuora an account, of the run with most", calls, plots);
  await draw("performance-seconds", "Seconds of Zuora's pace to the last write", seconds, plots);
};
