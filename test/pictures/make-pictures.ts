import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { openChromium } from "../browser/chromium.ts";
import { shapeSvg } from "./shape-svg.ts";
import { terminalSvg } from "./terminal-svg.ts";

/** Few enough accounts for one screen; the seed is the one that is there without a flag. */
const typed = ["--accounts", "60"];

const pictures = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
const script = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The whole system on this machine, left up, with its page. */
const startSystem = async () => {
  const child = spawn(process.execPath, [script("test/local/start.mjs"), "--keep", "--console", ...typed]);
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => {
    said.out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said.err += chunk;
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const found = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const [, text] = pattern.exec(said.err) ?? [];
      if (text !== undefined) return text;
      if (child.exitCode !== null) throw new Error(`npm start ended: ${said.err}`);
      await sleep(200);
    }
  };
  const local = await found(/--local (http:\S+) settle/);
  return {
    printed: said.out,
    page: await found(/browser on this machine:\n {2}(http:\S+)/),
    simulator: await found(/'(http\S+\/simulator)\//),
    ops: async (...args: readonly string[]) =>
      (await promisify(execFile)(process.execPath, [script("functions/ops/ops.mjs"), "--local", local, ...args]))
        .stdout,
    stop: async () => {
      child.kill("SIGINT");
      await ended;
    },
  };
};

const system = await startSystem();
const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-pictures-"));
const chromium = await openChromium();
try {
  await writeFile(join(pictures, "terminal.svg"), terminalSvg(`npm start -- ${typed.join(" ")}`, system.printed));
  await writeFile(join(pictures, "shape.svg"), shapeSvg());

  await fetch(`${system.simulator}/close-period?accounts=7`, { method: "POST" });
  await system.ops("scan");
  let refused: { readonly account: string }[] = [];
  while (refused.length < 7) {
    refused = JSON.parse(await system.ops("--json", "dead-letters", "list")).deadLetters;
  }
  const page = await chromium.browser.newPage({ viewport: { width: 1100, height: 800 }, colorScheme: "light" });
  await page.goto(system.page);
  await page.screenshot({ path: join(pictures, "console.png") });
  await page.goto(`${system.page}account?q=${refused[0]?.account}`);
  await page.screenshot({ path: join(pictures, "account.png") });

  await fetch(`${system.simulator}/open-period`, { method: "POST" });
  await system.ops("dead-letters", "replay", "--yes", "--wait");
  await system.ops("report", "--month", new Date().toISOString().slice(0, 7), "--folder", join(folder, "papers"));
  await page.goto(pathToFileURL(join(folder, "papers", "report.html")).href);
  await page.screenshot({ path: join(pictures, "report.png") });
} finally {
  await chromium.close();
  await system.stop();
  await rm(folder, { recursive: true });
}
