import {
  GetParameterCommand,
  type Parameter,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
  type SSMClientConfig,
} from "@aws-sdk/client-ssm";
import * as z from "zod";
import { parseJson } from "../app/config/parse-json.ts";
import type { Clock, Switch, SwitchReader } from "../app/ports.ts";
import type { LastScan, RefusedScans } from "../app/scan/ports.ts";
import { ConfigError } from "../domain/errors.ts";

/**
 * For a person's command: all programs of an account share 40 reads a second, and who typed it rather waits a few
 * seconds than hears that Parameter Store is busy.
 */
export const createPatientSsmClient = (config: SSMClientConfig = {}): SSMClient =>
  new SSMClient({ ...config, maxAttempts: 6 });

const switchPosition = z.enum(["on", "dry-run", "off"]);

/** `on`, `dry-run` or `off`, read anew each time. */
export const createSwitchReader = (client: SSMClient, name: string): SwitchReader => ({
  read: async () => {
    const value = await readParameter(client, name);
    if (value === undefined)
      throw new ConfigError(`the parameter ${name} does not exist; set it to on, dry-run or off`);
    const position = switchPosition.safeParse(value.trim());
    if (position.success) return position.data;
    throw new ConfigError(`the parameter ${name} must be on, dry-run or off`);
  },
});

/**
 * A position is believed for so long: after `off` no write leaves any more within these few seconds. Parameter Store
 * allows an account 40 reads a second, other programs' included; read before each write, a stage took most of them.
 * AWS's own cache in a Lambda extension would keep it as long, and cost a layer of another make in every function.
 */
export const switchKeptMs = 3_000;

/**
 * Reads the switch once for all who ask within a few seconds, also while the answer is still on its way. A failure is
 * kept for nobody but those who waited for it.
 */
export const keepSwitch = (reader: SwitchReader, clock: Pick<Clock, "now">): SwitchReader => {
  let kept: { readonly askedAt: number; readonly position: Promise<Switch> } | undefined;
  return {
    read: () => {
      if (kept !== undefined && clock.now() - kept.askedAt < switchKeptMs) return kept.position;
      const asked = { askedAt: clock.now(), position: reader.read() };
      kept = asked;
      asked.position.catch(() => {
        if (kept === asked) kept = undefined;
      });
      return asked.position;
    },
  };
};

/** A hint: anything that is no time means "scan everything". */
export const createLastScan = (client: SSMClient, name: string): LastScan => ({
  read: async () => {
    const startedAt = Date.parse((await readParameter(client, name)) ?? "");
    return Number.isNaN(startedAt) ? undefined : startedAt;
  },
  write: async (startedAt) => {
    const Value = new Date(startedAt).toISOString();
    await client.send(new PutParameterCommand({ Name: name, Value, Type: "String", Overwrite: true }));
  },
});

const refusedScan = z.object({
  runId: z.string().min(1),
  since: z.int().optional(),
  startedAt: z.int(),
  negativeInvoices: z.int(),
  accounts: z.int(),
  amounts: z.record(z.string(), z.string()),
});

const refusedScans = z.object({ incremental: refusedScan.optional(), full: refusedScan.optional() });

/** Scans that wait for a person's approval. Anything that cannot be read releases nothing. */
export const createRefusedScans = (client: SSMClient, name: string): RefusedScans => ({
  read: async () => parseJson(refusedScans, await readParameter(client, name)).data ?? {},
  write: async (refused) => {
    await client.send(
      new PutParameterCommand({ Name: name, Value: JSON.stringify(refused), Type: "String", Overwrite: true }),
    );
  },
});

/**
 * When the switch was last turned, in epoch milliseconds; undefined where nobody tells.
 *
 * @throws {ConfigError} where it cannot be read
 */
export const readSwitchTurnedAt = async (client: SSMClient, name: string): Promise<number | undefined> =>
  (await getParameter(client, name))?.LastModifiedDate?.getTime();

const readParameter = async (client: SSMClient, name: string): Promise<string | undefined> =>
  (await getParameter(client, name))?.Value;

const getParameter = async (client: SSMClient, name: string): Promise<Parameter | undefined> => {
  try {
    return (await client.send(new GetParameterCommand({ Name: name }))).Parameter;
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    const reason = error instanceof Error ? error.name : "unknown error";
    throw new ConfigError(`the parameter ${name} cannot be read: ${reason}`, { cause: error });
  }
};

/** Turns the switch; processors read it before every call that writes. */
export const writeSwitch = async (client: SSMClient, name: string, position: Switch): Promise<void> => {
  await client.send(new PutParameterCommand({ Name: name, Value: position, Type: "String", Overwrite: true }));
};
