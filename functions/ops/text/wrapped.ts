import type { Look } from "./look.ts";

/** Lines of files are as wide as somebody likes to read. */
const columnsDefault = 100;

/** A text in lines that fit, each indented; words are never broken. */
export const wrapped = (text: string, indent: string, { columns = columnsDefault }: Pick<Look, "columns">): string => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > columns) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}${each}\n`).join("");
};
