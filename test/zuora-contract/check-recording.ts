import { readFileSync } from "node:fs";
import { createCheck, type Exchange } from "./check.ts";

/** What answers of a real tenant differ in from the contract, each once, with how often it was seen. */
export const compareRecording = (text: string) => {
  const check = createCheck();
  const exchanges = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Exchange);
  const wrong = new Map<string, number>();
  const unknown = new Map<string, number>();
  for (const exchange of exchanges) {
    for (const { side, operation, says } of check(exchange)) {
      if (side === "request" && says !== "is no operation of the contract") continue;
      const told = says.includes("has the unknown field") ? unknown : wrong;
      told.set(`${operation}: ${says}`, (told.get(`${operation}: ${says}`) ?? 0) + 1);
    }
  }
  return { exchanges: exchanges.length, wrong, unknown };
};

const linesOf = (told: ReadonlyMap<string, number>) => [...told].map(([text, times]) => `  ${text} (${times} times)\n`);

if (import.meta.main) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    process.stderr.write("expected a file that `ops doctor --record FILE` wrote\n");
    process.exitCode = 2;
  } else {
    const { exchanges, wrong, unknown } = compareRecording(readFileSync(file, "utf8"));
    process.stdout.write(
      [
        `${exchanges} exchanges\n`,
        `facts of the contract that were wrong: ${wrong.size}\n`,
        ...linesOf(wrong),
        `fields that the contract does not know, which says nothing against it: ${unknown.size}\n`,
        ...linesOf(unknown),
      ].join(""),
    );
    process.exitCode = wrong.size > 0 ? 1 : 0;
  }
}
