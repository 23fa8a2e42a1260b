import type { Command } from "commander";
import type { Choose } from "./command-line.ts";
import { dryScan } from "./commands/dry-scan.ts";
import { startScan } from "./commands/scan.ts";

type ScanFlags = { readonly full?: true; readonly dryRun?: true };

/** `scan`, for real or dry. */
export const addScanCommand = (program: Command, choose: Choose): void => {
  program
    .command("scan")
    .description("finds accounts that may need settling, from here, and queues them")
    .option("--full", "everything, not only what changed since the last completed scan")
    .option("--dry-run", "queue nothing; plan every account that is found, and print totals first")
    .action(({ full, dryRun }: ScanFlags) => {
      const kind = full ? "full" : "incremental";
      choose((context) => (dryRun ? dryScan(context, kind) : startScan(context, kind)));
    });
};
