import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { bundleFunction } from "../../infra/bundle/bundle.ts";
import { bundleOptions } from "../../infra/bundle/bundle-options.ts";
import { readFlags } from "../local/command-line.ts";
import { functionEnvironment } from "../local/function-environment.ts";
import { readBody } from "../local/loopback-server.ts";
import { optionsFrom } from "../local/options.ts";

const times = 7;

/** An empty handler with the clients of the SDK that ours have. */
const emptyHandler = `
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
const clients = [new SecretsManagerClient(), new SQSClient(), new SSMClient()];
export const handler = async () => clients.length;
`;

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Initialisation of each function in fresh processes, the median of some, beside that of an empty handler. */
export const coldStarts = async (): Promise<readonly (readonly string[])[]> => {
  const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-"));
  try {
    const source = join(root, ".build", "empty-handler.ts");
    await mkdir(join(root, ".build"), { recursive: true });
    await writeFile(source, emptyHandler);
    const outdir = join(folder, "empty");
    buildSync({
      ...bundleOptions,
      absWorkingDir: root,
      entryPoints: [{ in: source, out: "index" }],
      outdir,
      logLevel: "silent",
    });
    await rm(source);
    const bundles = [
      ["empty handler, same clients", outdir],
      ...["scanner", "processor", "replay"].map((name) => [name, bundleFunction(name, folder)]),
    ] as const;
    const measured = [];
    for (const [name = "", path = ""] of bundles) {
      const bundle = join(path, "index.mjs");
      measured.push({ name, kib: Math.round((await stat(bundle)).size / 1024), ms: await initialisation(bundle) });
    }
    const empty = measured[0]?.ms ?? 1;
    return measured.map(({ name, kib, ms }) => [name, `${kib}`, ms.toFixed(0), (ms / empty).toFixed(2)]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const environment = (() => {
  const flags = readFlags([], () => {});
  if (flags === undefined) throw new Error("help was printed");
  const nowhere = "http://127.0.0.1:9";
  return functionEnvironment(optionsFrom(flags, {}), {
    zuoraBaseUrl: nowhere,
    sqsEndpoint: nowhere,
    standInsEndpoint: nowhere,
    workQueueUrl: nowhere,
    deadLetterQueueUrl: nowhere,
  });
})();

const initialisation = async (bundle: string): Promise<number> => {
  const code = `const at = performance.now(); await import(${JSON.stringify(`file://${bundle}`)}); process.stdout.write(String(performance.now() - at)); process.exit(0);`;
  const measured: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      env: { PATH: process.env["PATH"], AWS_REGION: "eu-west-1", ...environment },
    });
    measured.push(Number(await readBody(child.stdout)));
  }
  return measured.toSorted((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
};
