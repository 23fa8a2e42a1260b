import { expect, it } from "vitest";
import type { Journal } from "../../../../functions/app/ports.ts";
import { ConfigError } from "../../../../functions/domain/errors.ts";
import type { CommandContext } from "../../../../functions/ops/command.ts";
import { turnSwitch } from "../../../../functions/ops/commands/turn-switch.ts";

/** A system whose caller AWS does not name, or does. */
const context = (isNamed: boolean) => {
  const happened: string[] = [];
  const journal: Journal = { record: (action) => happened.push(action) };
  const system = {
    name: "test",
    switchReader: { read: async () => "on" },
    openJournal: async () => {
      if (isNamed) return journal;
      throw new ConfigError("AWS does not say");
    },
    turnSwitch: async (position: string) => void happened.push(`turned ${position}`),
  };
  const terminal = { note: () => happened.push("note") };
  return { happened, context: { system, command: "ops", terminal } as unknown as CommandContext };
};

it("a stop comes first, and goes through even where AWS does not say who stops", async () => {
  const named = context(true);
  await turnSwitch(named.context, "off");
  expect(named.happened).toEqual(["turned off", "switch turned"]);
  const unnamed = context(false);
  await turnSwitch(unnamed.context, "off");
  expect(unnamed.happened).toEqual(["turned off", "note"]);
});

it("nothing else is turned by somebody whom nobody can name", async () => {
  for (const position of ["on", "dry-run"] as const) {
    const { context: unnamed, happened } = context(false);
    await expect(turnSwitch(unnamed, position)).rejects.toThrow("AWS does not say");
    expect(happened).toEqual([]);
  }
});
