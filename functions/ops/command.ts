import type { OpenSystem } from "./system/open-system.ts";
import type { Terminal } from "./terminal.ts";

/** What every command is given, beside what was typed. */
export type CommandContext = {
  readonly system: OpenSystem;
  readonly terminal: Terminal;
  /** As it was typed, without the system: for the journal. */
  readonly command: string;
  /** Ctrl-C was pressed: end as soon as nothing is left half done. */
  readonly isStopped: () => boolean;
};

/** What calls to Zuora carry as `Zuora-Track-Id` where they belong to no run. */
export const operatorTrackId = "zcs-ops";
