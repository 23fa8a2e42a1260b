import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { modes } from "../../functions/domain/credit/mode.ts";
import { addTallies, emptyTally, type Tally } from "./harness/tally.ts";

const out = (line: string) => void process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "300" },
    from: { type: "string", default: "1" },
    "payment-runs": { type: "boolean", default: false },
    revenue: { type: "boolean", default: false },
    undo: { type: "boolean", default: false },
    mode: { type: "string", default: "credit-balance" },
    "to-the-end": { type: "boolean", default: false },
  },
});
const seeds = Number(values.seeds);
const from = Number(values.from);
const kind = (["revenue", "payment-runs", "undo"] as const).find((each) => values[each]) ?? "faults";
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from) || from < 0) {
  process.stderr.write("--seeds expects a whole number of at least 1, --from one of at least 0\n");
  process.exit(2);
}
const mode = modes.find((each) => each === values.mode);
if (mode === undefined) {
  process.stderr.write(`--mode is one of ${modes.join(", ")}\n`);
  process.exit(2);
}

/** One worker per core, each with its share of the seeds; stops at the first failing portion, unless it is to go on. */
const simulateAll = async (): Promise<Tally> => {
  let tally = emptyTally;
  const step = Math.min(seeds, availableParallelism());
  const workers = Array.from({ length: step }, (_, index) => {
    const workerData = { from: from + index, to: from + seeds, step, kind, mode };
    return new Worker(new URL("./simulate-worker.ts", import.meta.url), { workerData });
  });
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((resolve, reject) => {
          worker.on("message", (portion: Tally) => {
            tally = addTallies(tally, portion);
            if (tally.failures.length > 0 && !values["to-the-end"]) for (const each of workers) void each.terminate();
          });
          worker.on("error", reject);
          worker.on("exit", () => resolve());
        }),
    ),
  );
  return tally;
};

const startedAt = performance.now();
const tally = await simulateAll();
const seconds = (performance.now() - startedAt) / 1000;

const table = (title: string, counts: Readonly<Record<string, number>>) => {
  out(`\n${title}`);
  for (const [name, count] of Object.entries(counts).toSorted()) out(`${String(count).padStart(9)}  ${name}`);
};
table("faults", tally.faults);
table("error codes of outcomes, and dead letters", tally.codes);
const failures = tally.failures.toSorted((a, b) => a.seed - b.seed);
const [failure] = failures;
out(`\n${tally.histories} histories in ${seconds.toFixed(1)} s, ${failures.length} failed`);
if (failure !== undefined) {
  if (failures.length > 1) out(`failing seeds: ${failures.map(({ seed }) => seed).join(", ")}`);
  out(`first failing seed: ${failure.seed}`);
  for (const violation of failure.violations) out(`  ${violation}`);
  out(
    `replay it with: npm run simulate -- ${kind === "faults" ? "" : `--${kind} `}${mode === "credit-balance" ? "" : `--mode ${mode} `}--seeds 1 --from ${failure.seed}`,
  );
  process.exitCode = 1;
}
