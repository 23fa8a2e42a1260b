import { createInterface } from "node:readline/promises";
import { outliveReader } from "./closed-pipe.ts";
import { InterruptedError } from "./exit-code.ts";
import { notesOn } from "./notes.ts";
import { runOps } from "./run-ops.ts";
import type { Terminal } from "./terminal.ts";
import { auditText } from "./text/audit-text.ts";
import { lookOf } from "./text/look.ts";
import { fitted } from "./text/wrapped.ts";

let isStopped = false;

const notes = notesOn(process.stderr, () => performance.now());

const stderrLook = lookOf(process.stderr);

const terminal: Terminal = {
  look: lookOf(process.stdout),
  isInteractive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  out: (text) => void process.stdout.write(text),
  note: (line) => notes.note(fitted(line, stderrLook)),
  progress: notes.progress,
  audit: (entry) => terminal.note(process.stderr.isTTY ? auditText(entry) : JSON.stringify(entry)),
  confirm: async (question, inAdvance = "--yes") => {
    if (!process.stdin.isTTY) {
      terminal.note(`${question} Nobody is here to answer; ${inAdvance} answers in advance.`);
      return false;
    }
    const asking = createInterface({ input: process.stdin, output: process.stderr });
    try {
      const interrupted = new Promise<never>((_, reject) => {
        asking.once("SIGINT", () => {
          process.stderr.write("\n");
          reject(new InterruptedError());
        });
      });
      const answer = await Promise.race([asking.question(`${question} [y/N] `), interrupted]);
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      asking.close();
    }
  },
};

outliveReader(process.stdout);
outliveReader(process.stderr);

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
