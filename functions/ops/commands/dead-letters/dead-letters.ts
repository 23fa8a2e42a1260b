import { Command } from "@commander-js/extra-typings";
import type { Choose } from "../../command.ts";
import { dropCommand } from "./drop.ts";
import { listCommand } from "./list.ts";
import { replayCommand } from "./replay.ts";
import { showCommand } from "./show.ts";

export const deadLettersCommand = (choose: Choose) =>
  new Command("dead-letters")
    .description("what could not be settled: all of one account is one problem")
    .addCommand(listCommand(choose))
    .addCommand(showCommand(choose))
    .addCommand(replayCommand(choose))
    .addCommand(dropCommand(choose));
