import { Command } from "@commander-js/extra-typings";
import type { Choose, CommandContext, CommandResult } from "../command.ts";
import { serveConsole } from "../console/serve-console.ts";

export const consoleCommand = (choose: Choose) =>
  new Command("console")
    .description("a page on this machine for those who would rather look; reads only, until Ctrl-C")
    .action(() => choose(showConsole));

/** Ctrl-C is to be noticed soon. */
const stepMs = 200;

/** Serves the page until somebody ends it. Writes nothing. */
const showConsole = async ({ system, terminal, isStopped }: CommandContext): Promise<CommandResult> => {
  const { url, stop } = await serveConsole(system, isStopped);
  terminal.note(
    `The page, for a browser on this machine; its address is its key, so keep it:\n  ${url}\nCtrl-C ends it.`,
  );
  try {
    while (!isStopped()) await system.clock.sleep(stepMs);
  } finally {
    await stop();
  }
  return { data: { url }, text: "" };
};
