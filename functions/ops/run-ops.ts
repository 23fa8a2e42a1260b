import type { Environment } from "../app/config/config.ts";
import { createPatientSsmClient } from "../aws/parameters.ts";
import { ConfigError, SettlementError } from "../domain/errors.ts";
import type { CommandResult } from "./command.ts";
import { readCommandLine } from "./command-line.ts";
import { type ExitCode, exitCode, InterruptedError, StateMovedError, UsageError } from "./exit-code.ts";
import { findSystem } from "./system/find-system.ts";
import { openSystem } from "./system/open-system.ts";
import type { Terminal } from "./terminal.ts";
import { fitted } from "./text/wrapped.ts";

export type OpsWorld = {
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly isStopped: () => boolean;
};

/** Runs one command. Whatever goes wrong becomes a line on stderr and a status. */
export const runOps = async (argv: readonly string[], world: OpsWorld): Promise<ExitCode> => {
  const { terminal } = world;
  try {
    return await run(argv, world);
  } catch (error) {
    if (error instanceof InterruptedError) return say(terminal, "Nothing was done.", exitCode.interrupted);
    if (error instanceof UsageError) return say(terminal, error.message, exitCode.usage);
    if (error instanceof ConfigError) return say(terminal, `${error.code}: ${error.message}`, exitCode.usage);
    if (error instanceof StateMovedError) return say(terminal, error.message, exitCode.moved);
    if (error instanceof SettlementError) return say(terminal, `${error.code}: ${error.message}`, exitCode.failed);
    return say(terminal, error instanceof Error ? `${error.name}: ${error.message}` : String(error), exitCode.failed);
  }
};

const run = async (argv: readonly string[], { environment, terminal, isStopped }: OpsWorld): Promise<ExitCode> => {
  const chosen = readCommandLine(argv, terminal.out);
  if (chosen === undefined) return exitCode.done;
  const { flags, execute } = chosen;
  const system = openSystem(
    await findSystem(flags, environment, createPatientSsmClient),
    terminal.note,
    terminal.audit,
  );
  try {
    const result = await execute({ system, terminal, command: argv.join(" "), isStopped });
    terminal.out(textOf(result, flags.json === true, terminal));
    return result.isFailure ? exitCode.failed : exitCode.done;
  } finally {
    system.close();
  }
};

/** Whole for programs, and no wider than the terminal for people. */
const textOf = ({ data, text, isVerbatim }: CommandResult, isJson: boolean, { look }: Terminal): string => {
  if (isJson) return `${JSON.stringify(data)}\n`;
  return isVerbatim ? text : fitted(text, look);
};

const say = (terminal: Terminal, line: string, code: ExitCode): ExitCode => {
  terminal.note(line);
  return code;
};
