import { takeProblems, watchWire } from "./watch.ts";

// For `node --import`: a process that simulates a tenant by itself ends as a failure where its wire differs.
watchWire();
process.on("exit", () => {
  const problems = takeProblems();
  if (problems.length === 0) return;
  process.stderr.write(`differs from test/zuora-contract:\n${problems.join("\n")}\n`);
  process.exitCode = 70;
});
