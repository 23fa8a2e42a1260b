import { readFile } from "node:fs/promises";
import * as z from "zod";
import { operatorEnvironment, readConfig } from "../../app/config/config.ts";
import { UsageError } from "../exit-code.ts";
import { isLoopback } from "./loopback.ts";
import type { System } from "./system.ts";

const description = z.looseObject({ AWS_ENDPOINT_URL: z.url(), AWS_ENDPOINT_URL_SQS: z.url() });

/** Every address of a local system; a command that was pointed at one never leaves this machine. */
const addresses = [
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_SQS",
  "ZUORA_BASE_URL",
  "WORK_QUEUE_URL",
  "DEAD_LETTER_QUEUE_URL",
];

/**
 * Reads how a system on this machine describes itself, from a file or from its own address.
 *
 * @throws {UsageError} where there is none, or where one of its addresses is not on this machine
 */
export const readLocalSystem = async (fileOrUrl: string): Promise<System> => {
  const parsed = description.safeParse(await read(fileOrUrl));
  if (!parsed.success) throw new UsageError(`--local: what ${fileOrUrl} holds does not describe a system`);
  const environment = z.record(z.string(), z.string()).parse(parsed.data);
  for (const name of addresses) {
    if (!isLoopback(environment[name] ?? "")) throw new UsageError(`--local: its ${name} is not on this machine`);
  }
  const { AWS_ENDPOINT_URL: other, AWS_ENDPOINT_URL_SQS: sqs } = parsed.data;
  const config = readConfig(operatorEnvironment, environment);
  return { name: "local", flag: `--local ${quoted(fileOrUrl)}`, config, endpoints: { sqs, other } };
};

/** As a shell takes it for one word. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

const read = async (fileOrUrl: string): Promise<unknown> => {
  try {
    if (!/^https?:/.test(fileOrUrl)) return JSON.parse(await readFile(fileOrUrl, "utf8"));
    if (!isLoopback(fileOrUrl)) throw new UsageError("--local: expected an address on this machine");
    return await (await fetch(fileOrUrl, { signal: AbortSignal.timeout(5_000) })).json();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `--local: nothing at ${fileOrUrl} describes a system; is \`npm start -- --keep\` still running?`,
    );
  }
};
