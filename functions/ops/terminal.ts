/** Where a command talks to: data and notes never mix. */
export type Terminal = {
  /** Data, on stdout. */
  out(text: string): void;
  /** One line for the person, on stderr. */
  note(line: string): void;
  /** Asks for a yes. Where nobody can answer, it is no. */
  confirm(question: string): Promise<boolean>;
};

/** What a command has to say: the same thing for programs and for people. */
export type CommandResult = {
  readonly data: unknown;
  readonly text: string;
  /** Something that was asked for could not be done, or does not add up. */
  readonly isFailure?: boolean;
};
