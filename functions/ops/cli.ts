import { createInterface } from "node:readline/promises";
import { runOps } from "./run-ops.ts";
import type { Terminal } from "./terminal.ts";
import { lookOf } from "./text/look.ts";

let isStopped = false;

const terminal: Terminal = {
  look: lookOf(process.stdout),
  isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  out: (text) => void process.stdout.write(text),
  note: (line) => void process.stderr.write(`${line}\n`),
  confirm: async (question) => {
    if (!process.stdin.isTTY) {
      terminal.note(`${question} Nobody is here to answer; --yes answers in advance.`);
      return false;
    }
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await asking.question(`${question} [y/N] `)).trim());
    } finally {
      asking.close();
    }
  },
};

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    terminal.note("stopping as soon as nothing is left half done; again to stop at once");
    isStopped = true;
  });
}

process.exitCode = await runOps(process.argv.slice(2), {
  environment: process.env,
  terminal,
  isStopped: () => isStopped,
});
