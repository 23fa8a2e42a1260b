import { readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { shapeSvg } from "../pictures/shape-svg.ts";
import { terminalSvg } from "../pictures/terminal-svg.ts";

const root = new URL("../../", import.meta.url);
const folder = fileURLToPath(new URL("docs/pictures/", root));

describe("the pictures", () => {
  it("are those that the README shows, each told in words to who does not see it", () => {
    const readme = readFileSync(new URL("README.md", root), "utf8");
    const shown = [...readme.matchAll(/!\[([^\]]*)\]\(docs\/pictures\/([^)]+)\)/g)];
    expect(shown.map(([, , file]) => file).toSorted()).toEqual(readdirSync(folder).toSorted());
    expect(shown.filter(([, words = ""]) => words.length < 80)).toEqual([]);
  });

  it("are small", () => {
    const sizes = readdirSync(folder).map((file) => statSync(folder + file).size);
    expect(Math.max(...sizes)).toBeLessThan(150_000);
    expect(sizes.reduce((total, size) => total + size)).toBeLessThan(600_000);
  });

  it("of the shape is what its description makes of it", () => {
    expect(readFileSync(`${folder}shape.svg`, "utf8")).toBe(shapeSvg());
  });

  it("of a terminal hold every word that was printed, on lines that fit it", () => {
    const picture = terminalSvg("npm start", `a < b & "c"\n${"word ".repeat(40)}\n`);
    expect(picture).toContain("a &lt; b &amp; &quot;c&quot;");
    const lines = [...picture.matchAll(/>([^<\n]*)<\/text>/g)].map(([, text = ""]) => text);
    expect(lines.filter((line) => line.startsWith("word") || line.startsWith("  word"))).toHaveLength(3);
    expect(lines.join(" ").match(/word/g)).toHaveLength(40);
    expect(lines.filter((line) => !line.includes("&") && line.length > 80)).toEqual([]);
  });
});
