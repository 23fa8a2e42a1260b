import { parentPort, workerData } from "node:worker_threads";
import type { Mode } from "../../functions/domain/credit/mode.ts";
import { addTallies, emptyTally, tallyOf, tallyOfPaymentRuns, tallyOfRevenue, tallyOfUndo } from "./harness/tally.ts";

const tallies = {
  faults: tallyOf,
  "payment-runs": tallyOfPaymentRuns,
  revenue: tallyOfRevenue,
  undo: tallyOfUndo,
} as const;

/** Lives through every `step`-th seed and sends the tally of each portion to whoever started it. */
type Share = { from: number; to: number; step: number; kind: keyof typeof tallies; mode: Mode };

const { from, to, step, kind, mode } = workerData as Share;
const talliedBy = tallies[kind];

const portion = 50;
let tally = emptyTally;
for (let seed = from; seed < to; seed += step) {
  tally = addTallies(tally, await talliedBy(seed, mode));
  if (tally.histories < portion && tally.failures.length === 0 && seed + step < to) continue;
  parentPort?.postMessage(tally);
  tally = emptyTally;
}
