import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../functions/domain/errors.ts";
import { holdReasons } from "../../functions/domain/hold.ts";
import { readCommandLine } from "../../functions/ops/command-line.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const pages = ["README.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))].map((name) =>
  name === "README.md" ? name : `docs/${name}`,
);

const missing = (names: readonly string[], page: string) => {
  const text = textOf(page);
  return names.filter((name) => !text.includes(`\`${name}\``));
};

describe("the documents", () => {
  it.each(pages)("%s names no file that is not there", (page) => {
    const mentions = [...textOf(page).matchAll(/(?<![\w/.-])(?:functions|infra|test|docs)\/[\w./-]*\w(?:\.\w+|\/)/g)];
    const strays = mentions.map(([path]) => path).filter((path) => !existsSync(join(root, path)));
    expect(strays).toEqual([]);
  });

  it("README has a line on every reason to hold something, and on every error code", () => {
    expect(missing(holdReasons, "README.md")).toEqual([]);
    expect(missing(errorCodes, "README.md")).toEqual([]);
  });

  it("have a word on every command", () => {
    let help = "";
    readCommandLine(["--help"], (text) => {
      help += text;
    });
    const listed = help.split("Commands:")[1]?.split("\n\n")[0] ?? "";
    const commands = [...listed.matchAll(/^ {2}([a-z][a-z-]+)/gm)].map(([, name]) => name ?? "");
    expect(commands).toContain("undo");
    const text = pages.map(textOf).join("\n");
    const isTold = (name: string) => new RegExp(`\\bops (?:-- )?(?:--\\w+ \\w+ )*${name}\\b|\`${name}\``).test(text);
    expect(commands.filter((name) => name !== "help" && !isTold(name))).toEqual([]);
  });

  it("README's tree has every folder of the functions", () => {
    const folders = readdirSync(join(root, "functions"), { withFileTypes: true }).filter((each) => each.isDirectory());
    const tree =
      textOf("README.md")
        .split("```")
        .find((block) => block.startsWith("\nfunctions/")) ?? "";
    expect(folders.map(({ name }) => name).filter((name) => !tree.includes(`${name}/`))).toEqual([]);
  });
});
