import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");

/** A command of the page, and what the page promises of it. */
export type Promised = {
  readonly command: string;
  /** One of these texts is in what it says. */
  readonly says: readonly string[];
  readonly endsWell: boolean;
};

const sections = new Map(
  page
    .split(/^#{2,3} /m)
    .slice(1)
    .map((text) => [(text.split("\n")[0] ?? "").replaceAll("`", ""), text] as const),
);

/** Titles of the sections on a problem, in the page's order. */
export const problemTitles = [...sections].filter(([, text]) => text.includes("**Severity:**")).map(([title]) => title);

/**
 * The commands of one part of a section, as the page writes them.
 *
 * @param part `Look`, `Act` or `Check it worked`
 */
export const commandsOf = (title: string, part: string): readonly Promised[] => {
  const text = sections.get(title) ?? "";
  const bullet = text.split(/^- (?=\*\*)/m).find((each) => each.startsWith(`**${part}:**`));
  if (bullet === undefined) throw new RangeError(`the runbook has no ${part} under ${title}`);
  return [...bullet.matchAll(/`ops\s+([^`]+)`([^`]*)((?:`[^`]+`(?: or )?)*)|^ +ops ([^\n]+)$/gm)].map(
    ([, inText, between = "", quoted = "", inBlock]) => ({
      command: (inText ?? inBlock ?? "").split(/\s+/).join(" "),
      says: /^ says\s+$/.test(between) ? [...quoted.matchAll(/`([^`]+)`/g)].map(([, said]) => said ?? "") : [],
      endsWell: /^ ends with status 0/.test(between),
    }),
  );
};
