import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { requireNode } from "../functions/ops/requirements.mjs";

requireNode();

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** The script behind a package's command, so that no shell, no PATH and no `.cmd` file is involved. */
function scriptOf(packageName, command) {
  const manifest = join(root, "node_modules", packageName, "package.json");
  const { bin } = require(manifest);
  return resolve(dirname(manifest), typeof bin === "string" ? bin : bin[command]);
}

const folder = mkdtempSync(join(tmpdir(), "zuora-credit-sweep-"));

/** Whatever a part leaves in the temporary folder, such as what CDK or Node keep there, goes with ours. */
const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };

function passes(title, script, args) {
  process.stdout.write(`\n${title}\n`);
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, env, stdio: "inherit" });
  return status === 0;
}

/** What vitest counted; nothing when it never came to writing its report. */
function countsIn(file) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

const report = join(folder, "vitest.json");
const otherParts = [
  passes("Format and lint", scriptOf("@biomejs/biome", "biome"), ["check", "."]),
  passes("Types", scriptOf("typescript", "tsc"), ["--noEmit"]),
];
const testsPass = passes("Tests", scriptOf("vitest", "vitest"), [
  "run",
  "--config",
  "test/vitest.config.ts",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
]);
const { passed, failed } = countsIn(report);
rmSync(folder, { recursive: true, force: true });

// A part that failed without a failed test, such as the lint or a test file that could not be loaded, counts as one.
const uncounted = otherParts.filter((ok) => !ok).length + (!testsPass && failed === 0 ? 1 : 0);
process.stdout.write(`\n${passed} passed, ${failed + uncounted} failed\n`);
process.exitCode = testsPass && failed + uncounted === 0 ? 0 : 1;
