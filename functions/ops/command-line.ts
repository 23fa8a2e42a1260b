import { readFileSync } from "node:fs";
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Choose, Execute } from "./command.ts";
import { consoleCommand } from "./commands/console.ts";
import { deadLettersCommand } from "./commands/dead-letters/dead-letters.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { explainCommand } from "./commands/explain.ts";
import { historyCommand } from "./commands/history.ts";
import { planCommand } from "./commands/plan.ts";
import { reportCommand } from "./commands/report/report.ts";
import { scanCommand } from "./commands/scan.ts";
import { settleCommand } from "./commands/settle.ts";
import { statusCommand } from "./commands/status.ts";
import { dryCommand, resumeCommand, stopCommand } from "./commands/turn-switch.ts";
import { undoCommand } from "./commands/undo.ts";
import { addCompletion } from "./completion.ts";
import { UsageError } from "./exit-code.ts";

type GlobalFlags = {
  readonly stage?: string | undefined;
  readonly local?: string | undefined;
  readonly json?: true | undefined;
};

type Chosen = { readonly flags: GlobalFlags; readonly execute: Execute };

/**
 * Reads what was typed.
 *
 * @param print where help goes
 * @returns undefined where help was asked for and printed
 * @throws {UsageError}
 */
export const readCommandLine = (argv: readonly string[], print: (text: string) => void): Chosen | undefined => {
  let chosen: Execute | undefined;
  const program = build((execute) => {
    chosen = execute;
  });
  for (const command of [program, ...descendantsOf(program)]) {
    command.exitOverride().configureOutput({ writeOut: print, writeErr: () => undefined });
  }
  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed" || error.code === "commander.version") return undefined;
    if (error.code === "commander.help") throw new UsageError("say what to do; --help lists the commands");
    throw new UsageError(error.message.replace(/^error: /, "").replaceAll("\n", " "));
  }
  return chosen === undefined ? undefined : { flags: program.opts(), execute: chosen };
};

const descendantsOf = (command: CommandUnknownOpts): readonly CommandUnknownOpts[] =>
  command.commands.flatMap((each) => [each, ...descendantsOf(each)]);

/** In the order of `--help`. */
const commands: readonly ((choose: Choose) => CommandUnknownOpts)[] = [
  statusCommand,
  consoleCommand,
  doctorCommand,
  stopCommand,
  dryCommand,
  resumeCommand,
  explainCommand,
  historyCommand,
  planCommand,
  settleCommand,
  deadLettersCommand,
  scanCommand,
  reportCommand,
  undoCommand,
];

const build = (choose: Choose) => {
  const program = new Command("npm run ops --")
    .description("Looks into zuora-credit-sweep, and repairs what it could not settle by itself.")
    .version(version)
    .option("--stage <NAME>", "the deployed stage; production is only ever meant by typing its name")
    .option("--local <FILE|URL>", "the system that `npm start -- --keep` left running on this machine")
    .option("--json", "data as JSON on stdout, for programs")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", help);
  for (const make of commands) program.addCommand(make(choose).copyInheritedSettings(program));
  addCompletion(program);
  return program;
};

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const help = `
Data goes to stdout, notes to stderr. Exit status: 0 done, 1 failed, 2 wrong
usage or settings, 3 refused because the state has moved since it was shown,
130 interrupted at a question. Whoever changes something is written down on
stderr, where that is a file as a JSON line with the ARN of the credentials.

A deployed stage describes itself in the SSM parameter
/zuora-credit-sweep/NAME/system. Where there is none, set the functions'
environment variables, and OPS_STAGE to the stage's name.

Examples
  $ npm run ops -- --stage dev status
  $ npm run ops -- --stage dev dead-letters list --code ZUORA_REJECTED
  $ npm run ops -- --stage prod dead-letters replay --dry-run
  $ npm run ops -- --stage prod stop`;
