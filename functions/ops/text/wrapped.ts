import { stripVTControlCharacters } from "node:util";
import type { Look } from "./look.ts";

/** Lines of files are as wide as somebody likes to read. */
const columnsDefault = 100;

/** A text in lines that fit, each indented; words are never broken. */
export const wrapped = (text: string, indent: string, { columns = columnsDefault }: Pick<Look, "columns">): string => {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(" ")) {
    if (line !== undefined && indent.length + widthOf(line) + 1 + widthOf(word) > columns) {
      lines.push(line);
      line = undefined;
    }
    line = line === undefined ? word : `${line} ${word}`;
  }
  return [...lines, line ?? ""].map((each) => `${indent}${each}\n`).join("");
};

/** What a continued line stands further in than the one that it continues. */
const hang = "  ";

/**
 * A text for a terminal: every line that is wider goes on in the next, between two words and further in. What goes to a
 * file or a program stays as it is.
 */
export const fitted = (text: string, { columns }: Pick<Look, "columns">): string => {
  if (columns === undefined) return text;
  const fit = (line: string): string => {
    if (widthOf(line) <= columns) return line;
    const [indent = ""] = /^ */.exec(line) ?? [];
    return indent + wrapped(line.slice(indent.length), indent + hang, { columns }).trim();
  };
  return text.split("\n").map(fit).join("\n");
};

const widthOf = (text: string): number => stripVTControlCharacters(text).length;
