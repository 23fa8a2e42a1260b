import tab from "@bomb.sh/tab/commander";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Command } from "commander";

/** What people call `npm run ops --` in their shells: completion belongs to a name of one word. */
const nameInShells = "ops";

/**
 * Adds `completion SHELL`, which prints a script for a shell, and the hidden `complete` that such a script asks. What
 * there is to choose from is read from the program's own commands.
 */
export const addCompletion = (program: CommandUnknownOpts): void => {
  const name = program.name();
  program.name(nameInShells);
  // The typed commands are commander's own at run time; only their types are stricter.
  tab(program as unknown as Command, { completionCommandName: "completion" });
  program.name(name);
  program.commands
    .find((command) => command.name() === "completion")
    ?.description(`a script that completes \`${nameInShells}\` in a shell, for its eval`);
};
