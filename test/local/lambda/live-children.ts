import type { ChildProcess } from "node:child_process";

const live = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of live) child.kill("SIGKILL");
});

/** Makes sure that a child does not outlive this process: a frozen one would never notice. */
export const endWithThisProcess = (child: ChildProcess): void => {
  live.add(child);
  child.once("exit", () => live.delete(child));
};
