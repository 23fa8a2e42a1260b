import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type Mode, modes } from "../../functions/domain/credit/mode.ts";
import { UsageError } from "./usage-error.ts";

/** The flags as they were given; what they mean together is decided in `options.ts`. */
export type Flags = {
  readonly zuoraUrl?: string;
  readonly write?: string;
  readonly accounts: number;
  readonly seed: number;
  readonly full?: true;
  readonly incremental?: true;
  readonly dryRun?: true;
  readonly concurrency: number;
  readonly batchSize: number;
  readonly functionTimeout: number;
  readonly visibilityTimeout: number;
  readonly maxReceiveCount: number;
  readonly backoffMax: number;
  readonly deadline: number;
  readonly json?: true;
  readonly policy?: string;
  readonly keep?: true;
  readonly console?: true;
  readonly billRun?: true;
  readonly revenue?: true;
  readonly mode: Mode;
};

/**
 * Reads the flags.
 *
 * @returns undefined when help was asked for and printed
 * @throws {UsageError}
 */
export const readFlags = (
  argv: readonly string[],
  print: (text: string) => void,
  env: Readonly<Record<string, string | undefined>> = {},
): Flags | undefined => {
  const command = build()
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined });
  const kept = command.options.filter(({ long }) => keptByNpm(env, long)).map(({ long }) => long);
  if (kept.length > 0) {
    throw new UsageError(`npm kept ${kept.join(" and ")} for itself: put -- before it, as in npm start -- ${kept[0]}`);
  }
  try {
    return command.parse(argv, { from: "user" }).opts<Flags>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return undefined;
    throw new UsageError(error.message.replace(/^error: /, "").replaceAll("\n", " "));
  }
};

/** Without `--` before it npm takes a flag for its own setting, and would run something else than was asked for. */
const keptByNpm = (env: Readonly<Record<string, string | undefined>>, long: string | undefined): boolean =>
  env["npm_lifecycle_event"] === "start" &&
  long !== undefined &&
  ![undefined, "", "false"].includes(env[`npm_config_${long.replace(/^--/, "").replaceAll("-", "_")}`]);

const build = (): Command =>
  new Command("npm start --")
    .description("Runs one scan and drains the queue on this machine, against a simulated Zuora tenant or a real one.")
    .option(
      "--zuora-url <URL>",
      "a Zuora REST base instead of the simulator; needs ZUORA_CLIENT_ID, ZUORA_CLIENT_SECRET",
    )
    .option("--write <HOST>", "really write to that host")
    .option("--accounts <N>", "accounts of the simulated tenant", whole(1, 1_000_000), 200)
    .option("--seed <S>", "seed of the simulated tenant", whole(0, 2 ** 32 - 1), 1)
    .addOption(new Option("--full", "scan everything (default)").conflicts("incremental"))
    .option("--incremental", "scan what changed in the last 30 minutes")
    .option("--dry-run", "plan and print; not one write to Zuora")
    .option("--concurrency <N>", "most processor invocations at a time", whole(1, 1_000), 4)
    .option("--batch-size <N>", "most accounts that are read and written together", whole(1, 100), 100)
    .option("--function-timeout <S>", "seconds after which an invocation is killed", whole(1, 900), 60)
    .option("--visibility-timeout <S>", "seconds for which SQS hides a message", whole(1, 43_200), 70)
    // With 1 the first receive is the last one, and a message that only has to wait could not be renewed before it.
    .option("--max-receive-count <N>", "receives before a message is dead-lettered", whole(2, 1_000), 5)
    .option("--backoff-max <S>", "most seconds that a message waits to be tried again", whole(1, 43_200), 10)
    .option("--deadline <S>", "seconds after which draining is given up", whole(1, 86_400), 600)
    .addOption(
      new Option("--mode <MODE>", "how the tenant keeps what it owes; the simulated tenant is of the matching kind")
        .choices(modes)
        .default("credit-balance")
        .conflicts(["billRun", "revenue"]),
    )
    .option("--policy <FILE>", "the rules as JSON, instead of: settle everything")
    .option("--revenue", "then net the open-ended revenue of what was settled; the simulated tenant has Zuora Finance")
    .option("--json", "the report alone on stdout, everything else on stderr")
    .option("--keep", "leave the system up afterwards, and say how to point `npm run ops` at it")
    .option("--console", "the same as --keep, with a page for the browser that shows the system")
    .addOption(
      new Option(
        "--bill-run",
        "no scan: post a bill run in the simulator, 150 ms away, and settle it by its callout alone",
      ).conflicts(["zuoraUrl", "full", "incremental", "dryRun"]),
    )
    .allowExcessArguments(false);

const whole =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
