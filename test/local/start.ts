import { devNull } from "node:os";
import { systemClock } from "../../functions/aws/clock.ts";
import { appliesPayments } from "../../functions/domain/policy.ts";
import { outliveReader } from "../../functions/ops/closed-pipe.ts";
import { notesOn } from "../../functions/ops/notes.ts";
import { lookOf } from "../../functions/ops/text/look.ts";
import { readFlags } from "./command-line.ts";
import { type ExitStatus, exitStatus, exitStatusOf } from "./exit-status.ts";
import { optionsFrom } from "./options.ts";
import { renderReport } from "./print.ts";
import { run } from "./run.ts";
import { UsageError } from "./usage-error.ts";
import { zuoraRecords } from "./zuora-records.ts";

outliveReader(process.stdout);
outliveReader(process.stderr);

const out = (text: string) => void process.stdout.write(text);
const notes = notesOn(process.stderr, () => performance.now());
const { note } = notes;

const main = async (interrupted: AbortSignal): Promise<ExitStatus> => {
  const flags = readFlags(process.argv.slice(2), out, process.env);
  if (!flags) return exitStatus.done;
  const options = optionsFrom(flags, process.env);
  for (const warning of options.warnings) note(`warning: ${warning}`);
  forgetAwsSettings();

  const progress = notes.progress("accounts handled");
  let isTold = false;
  const { report, isDrained } = await run(options, {
    interrupted,
    note,
    onProgress: ({ hidden }, handled, of) => progress.told(handled, of, `${hidden} in flight`),
    readRunAdjustments: zuoraRecords({
      note,
      clock: systemClock,
      mode: options.mode,
      appliesPayments: appliesPayments(options.policy, options.mode),
    }),
    onResult: (result) => {
      progress.end();
      if (interrupted.aborted) return;
      isTold = true;
      const { report, isDrained } = result;
      out(options.json ? `${JSON.stringify(report)}\n` : renderReport(report, isDrained, lookOf(process.stdout)));
    },
  }).finally(progress.end);
  return isTold ? exitStatusOf(report, isDrained) : exitStatus.interrupted;
};

/** Nobody's AWS account has anything to do with a run on a laptop, and some settings break clients of loopback. */
const forgetAwsSettings = () => {
  for (const name of Object.keys(process.env)) {
    if (name.toUpperCase().startsWith("AWS_")) delete process.env[name];
  }
  process.env["AWS_CONFIG_FILE"] = devNull;
  process.env["AWS_SHARED_CREDENTIALS_FILE"] = devNull;
};

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    note("interrupted: stopping");
    interruption.abort();
  });
}

try {
  process.exitCode = await main(interruption.signal);
} catch (error) {
  note(error instanceof UsageError ? error.message : `unexpected: ${error instanceof Error ? error.stack : error}`);
  process.exitCode = error instanceof UsageError ? exitStatus.usage : exitStatus.notDrained;
}
