/** One function as it would be deployed. */
export type FunctionSettings = {
  readonly name: string;
  /** The file that exports `handler`. */
  readonly bundle: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Most execution environments, and so invocations, at a time. */
  readonly concurrency: number;
  /** Whether a chain may be longer than sixteen invocations; without, it is stopped, as in AWS. */
  readonly mayLoop?: boolean;
  /** The variables that the stack sets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Receives every line that the function writes, to whichever stream. */
  readonly onLog: (line: string) => void;
};
