import type { Command } from "commander";
import type { Choose } from "../command-line.ts";
import { UsageError } from "../exit-code.ts";
import { dryScan } from "./dry-scan.ts";
import { startScan } from "./scan.ts";

type ScanFlags = { readonly full?: true; readonly dryRun?: true; readonly approve?: string };

/** `scan`, for real or dry. */
export const addScanCommand = (program: Command, choose: Choose): void => {
  program
    .command("scan")
    .description("finds accounts that may need settling, from here, and queues them")
    .option("--full", "everything, not only what changed since the last completed scan")
    .option("--dry-run", "queue nothing; plan every account that is found, and print totals first")
    .option("--approve <RUN>", "release a scan that the run limit refused: exactly what was shown, once")
    .action(({ full, dryRun, approve }: ScanFlags) => {
      const kind = full ? "full" : "incremental";
      if (approve !== undefined && (full || dryRun)) throw new UsageError("--approve says what to look at by itself");
      choose((context) =>
        dryRun ? dryScan(context, kind) : startScan(context, approve === undefined ? { kind } : { approve }),
      );
    });
};
