import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readBody } from "../../local/loopback-server.ts";
import type { Report } from "../../local/report.ts";

/** As which `npm start` asks the tenant of a test for its tokens. */
export const client = { clientId: "client-of-the-test", clientSecret: "canary-secret" };

const script = fileURLToPath(new URL("../../local/start.mjs", import.meta.url));

/** Runs `npm start -- --json` on a tenant to its end. The report is absent where there is none. */
export const runStart = async (zuoraUrl: string, flags: readonly string[]) => {
  const env = { ...process.env, ZUORA_CLIENT_ID: client.clientId, ZUORA_CLIENT_SECRET: client.clientSecret };
  const child = spawn(process.execPath, [script, "--zuora-url", zuoraUrl, "--json", ...flags], { env });
  const [out, err, status] = await Promise.all([
    readBody(child.stdout),
    readBody(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  return { status, err, out, report: out === "" ? undefined : (JSON.parse(out) as Report) };
};
