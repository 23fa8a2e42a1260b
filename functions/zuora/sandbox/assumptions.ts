import { readFile } from "node:fs/promises";

const page = new URL("../../../docs/zuora-assumptions.md", import.meta.url);

/** A line of `docs/zuora-assumptions.md`: what is assumed, and how a person would check it. */
export type Assumption = { readonly assumed: string; readonly check: string };

/** Every line of the page, in its order. */
export const readAssumptions = async (): Promise<readonly Assumption[]> =>
  (await readFile(page, "utf8"))
    .split("\n")
    .filter((line) => /^\| (?!assumed \|)/.test(line))
    .map((line) => line.slice(2, -2).split(" | "))
    .map((cells) => ({ assumed: cells[0] ?? "", check: cells.at(-1) ?? "" }));
