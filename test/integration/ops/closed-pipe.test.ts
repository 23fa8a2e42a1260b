import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it.each([
  ["ops", "../../../functions/ops/cli.ts"],
  ["npm start", "../../local/start.ts"],
])("%s ends as usual where its reader has gone, as head does", async (_name, program) => {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [path, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  const [status] = await once(child, "close");
  expect({ status, said }).toEqual({ status: 0, said: "" });
});
