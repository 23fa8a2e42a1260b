/** What a command says to a shell. */
export const exitCode = { done: 0, failed: 1, usage: 2, moved: 3, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The command cannot be run as it was typed, or against what it was pointed at. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Ctrl-C was the answer to a question. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** What was decided on is not there any more: nothing was done. */
export class StateMovedError extends Error {
  override readonly name = "StateMovedError";
}
