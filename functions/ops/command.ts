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

/** What a command has to say: the same thing for programs and for people. */
export type CommandResult = {
  readonly data: unknown;
  readonly text: string;
  /** The text is a file's, of which no line may be wrapped. */
  readonly isVerbatim?: boolean | undefined;
  /** Something that was asked for could not be done, or does not add up. */
  readonly isFailure?: boolean | undefined;
};

/** What one command does, with everything that was typed already in it. */
export type Execute = (context: CommandContext) => Promise<CommandResult>;

/** How a command says what shall be done. */
export type Choose = (execute: Execute) => void;
