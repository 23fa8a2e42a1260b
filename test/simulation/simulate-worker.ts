import { parentPort, workerData } from "node:worker_threads";
import { addTallies, emptyTally, tallyOf, tallyOfPaymentRuns, tallyOfRevenue } from "./harness/tally.ts";

const tallies = { faults: tallyOf, "payment-runs": tallyOfPaymentRuns, revenue: tallyOfRevenue } as const;

/** Lives through every `step`-th seed and sends the tally of each portion to whoever started it. */
const { from, to, step, kind } = workerData as { from: number; to: number; step: number; kind: keyof typeof tallies };
const talliedBy = tallies[kind];

const portion = 50;
let tally = emptyTally;
for (let seed = from; seed < to; seed += step) {
  tally = addTallies(tally, await talliedBy(seed));
  if (tally.histories < portion && tally.failures.length === 0 && seed + step < to) continue;
  parentPort?.postMessage(tally);
  tally = emptyTally;
}
