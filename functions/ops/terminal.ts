import type { Progress } from "./notes.ts";
import type { Look } from "./text/look.ts";

/** Where a command talks to: data and notes never mix. */
export type Terminal = {
  /** How data on stdout may look. */
  readonly look: Look;
  /** A person sits in front of it, and can answer. */
  readonly isInteractive: boolean;
  /** Data, on stdout. */
  out(text: string): void;
  /** Something that is done, on stderr: whole where it goes to a file, in short on a terminal. */
  audit(entry: Readonly<Record<string, unknown>>): void;
  /** One line for the person, on stderr. */
  note(line: string): void;
  /**
   * Tells on stderr how far something long has come.
   *
   * @param what is counted, such as `accounts planned`
   */
  progress(what: string): Progress;
  /**
   * Asks for a yes. Where nobody can answer, it is no.
   *
   * @param inAdvance the flag that answers beforehand; else `--yes`
   * @throws {InterruptedError} where Ctrl-C is the answer
   */
  confirm(question: string, inAdvance?: string): Promise<boolean>;
};
