import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { unknownCode } from "../../../functions/app/dead-letters/problems.ts";
import { errorCodes } from "../../../functions/domain/errors.ts";
import { readCommandLine } from "../../../functions/ops/command-line.ts";

const runbook = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");

const sections = runbook
  .split(/^#{2,3} /m)
  .slice(1)
  .map((text) => ({ title: text.split("\n")[0] ?? "", text }));

const order = ["Severity", "Impact", "Means", "Look", "Act", "Check it worked", "If not"];

describe("the runbook", () => {
  it.each([...errorCodes, unknownCode])("has a section on %s", (code) => {
    expect(sections.map(({ title }) => title)).toContain(`\`${code}\``);
  });

  it("says everything about a problem in one order", () => {
    const problems = sections.filter(({ text }) => text.includes("**Severity:**"));
    expect(problems.length).toBeGreaterThan(errorCodes.length);
    for (const { title, text } of problems) {
      const said = [...text.matchAll(/^- \*\*([^:]+):\*\*/gm)].map(([, name]) => name);
      expect({ title, said }).toEqual({ title, said: order });
    }
  });

  it("shows no command that does not exist", () => {
    const inBlocks = [...runbook.matchAll(/^ *ops ([^\n]+)$/gm)].map(([, command]) => command ?? "");
    const inText = [...runbook.matchAll(/`ops\s+([^`]+)`/g)].map(([, command]) => command ?? "");
    const commands = [...inBlocks, ...inText].filter((command) => !command.includes("--help"));
    expect(commands.length).toBeGreaterThan(30);
    for (const command of commands)
      expect(() => readCommandLine(command.split(/\s+/), () => {}), command).not.toThrow();
  });

  it("begins with how to stop everything and how to go dry", () => {
    const [, first = ""] = runbook.split("\n\n");
    expect(first).toMatch(/^\*\*Stop everything:\*\* `ops stop`/);
    expect(first).toContain("`ops dry`");
  });
});
