import type { Command } from "commander";
import type { Choose } from "../command-line.ts";
import { callDoctor, type DoctorFlags } from "./doctor.ts";
import { showStatus } from "./status.ts";
import { turnSwitch } from "./turn-switch.ts";

/** `status`, `doctor`, and the switch: `stop`, `dry` and `resume`. */
export const addSystemCommands = (program: Command, choose: Choose): void => {
  program
    .command("status")
    .description("the switch, queues, last scan, and what is still negative in Zuora")
    .action(() => choose(showStatus));
  program
    .command("doctor")
    .description("tries everything that settlement rests on, by reads alone unless --probe; each line says what to do")
    .option("--probe", "on a sandbox: also tries what Zuora's documents leave open, and takes it back")
    .option("--account <ACCOUNT>", "for --probe: one with a negative and an open invoice of small amounts")
    .action((flags: DoctorFlags) => choose((context) => callDoctor(context, flags)));
  const switches = [
    ["stop", "off", "begins no further write to Zuora; everything waits"],
    ["dry", "dry-run", "plans everything and writes nothing"],
    ["resume", "on", "settles again"],
  ] as const;
  for (const [name, position, description] of switches) {
    program
      .command(name)
      .description(description)
      .action(() => choose((context) => turnSwitch(context, position)));
  }
};
