/** What a command says to a shell. */
export const exitCode = { done: 0, failed: 1, usage: 2, moved: 3, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command cannot be run as it was typed, or against what it was pointed at. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * What a file system says of a path that somebody typed, as one line about the flag.
 *
 * @throws {UsageError}
 */
export const asCannotBeWritten =
  (flag: string, path: string) =>
  (error: unknown): never => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new UsageError(`${flag}: ${JSON.stringify(path)} cannot be written (${reason})`, { cause: error });
  };

/** Ctrl-C was the answer to a question. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** What was decided on is not there any more: nothing was done. */
export class StateMovedError extends Error {
  override readonly name = "StateMovedError";
}
