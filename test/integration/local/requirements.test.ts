import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import manifest from "../../../package.json" with { type: "json" };

const root = fileURLToPath(new URL("../../..", import.meta.url));
const clone = mkdtempSync(join(tmpdir(), "zuora-credit-sweep-"));

afterEach(() => rmSync(clone, { recursive: true, force: true }));

describe("in a fresh clone, where nothing is installed yet", () => {
  it.each(["start", "ops"] as const)("npm run %s says npm ci first, in one line and with status 2", (name) => {
    const [, entry = ""] = manifest.scripts[name].split(" ");
    for (const file of [entry, "functions/ops/requirements.mjs"]) cpSync(join(root, file), join(clone, file));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(clone, entry)], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toBe("Nothing is installed yet: npm ci first, then the same again.\n");
  });
});
