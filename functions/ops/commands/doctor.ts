import { writeFile } from "node:fs/promises";
import { Command } from "@commander-js/extra-typings";
import type { QueueDepth } from "../../app/dead-letters/ports.ts";
import { count } from "../../app/records/count.ts";
import { localDateIn } from "../../domain/local-time.ts";
import type { Check } from "../../zuora/doctor/check.ts";
import { doctor } from "../../zuora/doctor/doctor.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { asCannotBeWritten, UsageError } from "../exit-code.ts";
import { probe } from "./probe.ts";

export const doctorCommand = (choose: Choose) =>
  new Command("doctor")
    .description("tries everything that settlement rests on, by reads alone unless --probe; each line says what to do")
    .option("--probe", "on a sandbox: also tries what Zuora's documents leave open, and takes it back")
    .option("--account <ACCOUNT>", "for --probe: one with a negative and an open invoice of small amounts")
    .option("--record <FILE>", "keep there what Zuora answered, anonymous, for npm run contract")
    .action((flags) => choose((context) => callDoctor(context, flags)));

type DoctorFlags = {
  readonly probe?: true | undefined;
  readonly account?: string | undefined;
  readonly record?: string | undefined;
};

/** Tries everything that settlement rests on, by reads alone; with a probe only what documents leave open. */
const callDoctor = async (context: CommandContext, flags: DoctorFlags): Promise<CommandResult> => {
  const { account, record } = flags;
  if (flags.probe && account === undefined) {
    throw new UsageError("--probe: say on which account, with --account ACCOUNT");
  }
  if (!flags.probe && account !== undefined) throw new UsageError("--account is for --probe");
  const tried = () => (account === undefined ? examine(context) : probe(context, account));
  return record === undefined ? tried() : recorded(context, record, tried);
};

/** What a doctor reads is recorded in any case; what a probe tries, as well. Also where that fails on the way. */
const recorded = async (
  context: CommandContext,
  file: string,
  tried: () => Promise<CommandResult>,
): Promise<CommandResult> => {
  const lines: string[] = [];
  // Before anything is asked: whoever probed must not find out afterwards that nothing was kept.
  await writeFile(file, "", { mode: 0o600 }).catch(asCannotBeWritten("--record", file));
  context.system.recordWire((line) => lines.push(`${line}\n`));
  try {
    await examine(context);
    return await tried();
  } finally {
    await writeFile(file, lines.join(""), { mode: 0o600 });
  }
};

const examine = async ({ system }: CommandContext): Promise<CommandResult> => {
  const { config, clock, credentials, switchReader, lastScan, deadLetters } = system;
  const now = clock.now();
  const checks = await doctor({
    probe: system.probe,
    own: {
      "data centre": async () => new URL(config.zuoraBaseUrl).host,
      secret: async () => {
        await credentials.read({ fresh: true });
        return "holds a client id and a client secret";
      },
      switch: async () => switchReader.read(),
      "last scan": async () => {
        const at = await lastScan.read();
        return at === undefined ? "none completed yet" : new Date(at).toISOString();
      },
      "work queue": async () => depthText(await system.workQueueDepth()),
      "dead-letter queue": async () => depthText(await deadLetters.depth()),
      "tenant's today": async () => localDateIn(config.zuoraTimeZone, now),
    },
    now: clock.now,
    timeZone: config.zuoraTimeZone,
    mode: config.mode,
    ourUser: system.ourUser,
    optOutField: config.policy.optOutField,
    reasonNoRevenue: system.revenue?.candidates().reasonNotOffered,
  });
  return { data: { checks }, text: textOf(checks), isFailure: checks.some(({ state }) => state === "fail") };
};

/** A message that waits for its next attempt is hidden, and there all the same. */
const depthText = ({ visible, hidden }: QueueDepth): string =>
  `${count(visible + hidden, "message")}${hidden === 0 ? "" : `, ${hidden} of them in flight or backing off`}`;

const marks = { ok: "ok  ", warn: "WARN", fail: "FAIL" } as const;

const textOf = (checks: readonly Check[]): string =>
  checks
    .map(
      ({ name, state, says, todo }) =>
        `${marks[state]}  ${name}: ${says}\n${todo === undefined ? "" : `      → ${todo}\n`}`,
    )
    .join("");
