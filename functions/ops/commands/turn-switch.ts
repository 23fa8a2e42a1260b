import { Command } from "@commander-js/extra-typings";
import type { Switch } from "../../app/ports.ts";
import { ConfigError } from "../../domain/errors.ts";
import type { Choose, CommandContext, CommandResult } from "../command.ts";

export const stopCommand = (choose: Choose) =>
  switchCommand(choose, "stop", "off", "begins no further write to Zuora; everything waits");

export const dryCommand = (choose: Choose) =>
  switchCommand(choose, "dry", "dry-run", "plans everything and writes nothing");

export const resumeCommand = (choose: Choose) => switchCommand(choose, "resume", "on", "settles again");

const switchCommand = (choose: Choose, name: string, position: Switch, description: string) =>
  new Command(name).description(description).action(() => choose((context) => turnSwitch(context, position)));

const meanings: Readonly<Record<Switch, string>> = {
  on: "accounts are settled; what waited begins within five minutes",
  "dry-run": "what scans find from now on is planned only, nothing is written, and what was queued before waits",
  off: "within a few seconds no further write begins, every message waits, and nothing is dead-lettered for it",
};

/**
 * Turns the switch at once, without a question: whoever stops something is in a hurry. Stopping does not wait for who
 * it is, either; CloudTrail knows.
 *
 * @throws {ConfigError} where nobody can be named who would start writing
 */
export const turnSwitch = async (
  { system, command, terminal }: CommandContext,
  position: Switch,
): Promise<CommandResult> => {
  const before = await system.switchReader.read().catch(unreadable);
  if (position === "off") await system.turnSwitch(position);
  const journal = await system.openJournal(command).catch((error: unknown) => {
    if (position !== "off" || !(error instanceof ConfigError)) throw error;
    terminal.note("stopped, although AWS does not say whose credentials these are");
  });
  journal?.record("switch turned", { from: before, to: position });
  if (position !== "off") await system.turnSwitch(position);
  return {
    data: { system: system.name, from: before, to: position },
    text: `${system.name}: the switch was ${before} and is ${position}: ${meanings[position]}.\n`,
  };
};

/** A switch that cannot be read stops everything already; turning it is how that is mended. */
const unreadable = (error: unknown): "unreadable" => {
  if (error instanceof ConfigError) return "unreadable";
  throw error;
};
