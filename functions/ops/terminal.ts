import type { Look } from "./text/look.ts";

/** Where a command talks to: data and notes never mix. */
export type Terminal = {
  /** How data on stdout may look. */
  readonly look: Look;
  /** A person sits in front of it, and can answer. */
  readonly isInteractive: boolean;
  /** Data, on stdout. */
  out(text: string): void;
  /** One line for the person, on stderr. */
  note(line: string): void;
  /** Asks for a yes. Where nobody can answer, it is no. */
  confirm(question: string): Promise<boolean>;
};
