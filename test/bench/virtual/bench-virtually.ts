import { table } from "../../../functions/ops/text/table.ts";
import { stages } from "../../../infra/settings.ts";
import { processorCalls } from "../../../infra/zuora-calls.ts";
import { latency, limits } from "../tenant.ts";
import { measureFloorVirtually, measureVirtually, type Stage, type VirtuallyMeasured } from "./measure-virtually.ts";

const { prod } = stages;

/** As deployed. */
const stage: Stage = {
  scannerCalls: prod.scannerCallsMax,
  processors: prod.processorsMax,
  processorCalls: processorCalls(prod),
  accountsTogether: prod.accountsTogetherMax,
};

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

/** The least and the most of several runs, or what they all have. */
const range = (values: readonly number[], places: number): string =>
  [...new Set([Math.min(...values), Math.max(...values)].map((value) => value.toFixed(places)))].join(" to ");

/** Of the calls that processors may have under way from the first write to the last, the part that was. */
const busy = ({ seen, seconds, scanSeconds }: VirtuallyMeasured): number =>
  seen.busyMs / 1_000 / (seconds - scanSeconds) / (stage.processors * stage.processorCalls);

/**
 * Measures the production code in virtual time: calls and seconds are those of Zuora's pace, on any machine.
 *
 * @param times how many runs, which differ in how long requests to AWS take, and so in who gets which messages
 */
export const benchVirtually = async ({
  accounts: sizes,
  times,
}: {
  readonly accounts: readonly number[];
  readonly times: number;
}): Promise<void> => {
  say(
    `Virtual time. Tenant: ${latency.baseMs} ms and ${latency.perRowMs} ms a row, ${limits.concurrency} concurrent; ours ` +
      `${stage.scannerCalls} of a scan, then ${stage.processors} processors with ${stage.processorCalls} each\n`,
  );
  const rows: (readonly string[])[] = [];
  const kinds: (readonly string[])[] = [];
  for (const size of sizes) {
    const floor = await measureFloorVirtually(size, prod.zuoraCallsMax);
    const runs: VirtuallyMeasured[] = [];
    for (let seed = 1; seed <= times; seed += 1) runs.push(await measureVirtually(size, stage, seed));
    rows.push(
      [
        `${size}`,
        "ours",
        range(runs.map(each), 3),
        range(
          runs.map(({ seconds }) => seconds),
          1,
        ),
        range(
          runs.map(({ scanSeconds }) => scanSeconds),
          1,
        ),
        range(
          runs.map(({ seconds }) => seconds / floor.seconds),
          2,
        ),
        range(
          runs.map(({ maxInFlight }) => maxInFlight),
          0,
        ),
        `${range(
          runs.map((run) => 100 * busy(run)),
          0,
        )} %`,
        range(
          runs.map(({ throttled }) => throttled),
          0,
        ),
      ],
      [
        `${size}`,
        "floor",
        each(floor).toFixed(3),
        floor.seconds.toFixed(1),
        "",
        "1.00",
        `${floor.maxInFlight}`,
        "",
        `${floor.throttled}`,
      ],
    );
    const most = runs.toSorted((a, b) => each(b) - each(a))[0];
    for (const [kind, calls] of most?.seen.byKind ?? [])
      kinds.push([`${size}`, kind, `${calls}`, (calls / size).toFixed(4)]);
  }
  say(table(columns, rows, rightAligned));
  say(table(["Accounts", "Calls of the run with most", "How many", "each"], kinds, ["Accounts", "How many", "each"]));
};
