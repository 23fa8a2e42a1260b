import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mutants } from "./mutants.ts";

describe("the mutants that `npm run mutants` applies", () => {
  it.each(mutants)("$name: still has its one line to change", ({ file, find }) => {
    const code = readFileSync(new URL(`../../../functions/${file}`, import.meta.url), "utf8");
    expect(code.split(find).length - 1).toBe(1);
  });
});
