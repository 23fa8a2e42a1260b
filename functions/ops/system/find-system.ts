import { GetParameterCommand, ParameterNotFound, type SSMClient } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { type Environment, operatorEnvironment, readConfig } from "../../app/config/config.ts";
import { systemParameter } from "../../app/config/environment-names.ts";
import { isZuoraHost } from "../../app/config/zuora-host.ts";
import { ConfigError } from "../../domain/errors.ts";
import { UsageError } from "../exit-code.ts";
import { readLocalSystem } from "./local-system.ts";
import type { System } from "./system.ts";

/** How the system was named. Exactly one of both. */
export type SystemChoice = { readonly stage?: string | undefined; readonly local?: string | undefined };

/** Names the stage that the variables of the environment describe, where there is no such parameter. */
const stageVariable = "OPS_STAGE";

/** The host of something in front of Zuora, named by whoever types: never by what a stage says of itself. */
const otherHostVariable = "OPS_ZUORA_HOST";

const variables = z.record(z.string(), z.string());

/**
 * Finds the system. There is no default: whoever changes production has typed its name. A stage whose Zuora is not
 * Zuora's is refused: who may write its parameter would be given the secret of its client.
 *
 * @throws {UsageError | ConfigError}
 */
export const findSystem = async (
  { stage, local }: SystemChoice,
  environment: Environment,
  connectSsm: () => SSMClient,
): Promise<System> => {
  if ((stage === undefined) === (local === undefined)) {
    throw new UsageError(
      "say which system: --stage NAME for a deployed one, or --local FILE|URL for one on this machine",
    );
  }
  if (local !== undefined) return readLocalSystem(local);
  const name = z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,40}$/)
    .safeParse(stage);
  if (!name.success) throw new UsageError("--stage: expected the name of a stage");
  const described = await readDescription(connectSsm(), systemParameter(name.data));
  if (described === undefined && environment[stageVariable] !== name.data) {
    throw new UsageError(
      `the stage ${name.data} does not describe itself: there is no parameter ${systemParameter(name.data)} in this ` +
        `AWS account and region; or set the functions' environment variables and ${stageVariable}=${name.data}`,
    );
  }
  const config = readConfig(operatorEnvironment, described ?? environment);
  mustBeZuora(config.zuoraBaseUrl, environment[otherHostVariable]);
  return { name: name.data, flag: `--stage ${name.data}`, config };
};

const mustBeZuora = (baseUrl: string, otherHost: string | undefined): void => {
  if (isZuoraHost(baseUrl, otherHost)) return;
  const { host } = new URL(baseUrl);
  throw new UsageError(
    `--stage: its ZUORA_BASE_URL is not https at a host of Zuora's but ${host}, which would be given the secret of ` +
      `our client; if that is meant, set ${otherHostVariable}=${host}`,
  );
};

const readDescription = async (client: SSMClient, name: string): Promise<Environment | undefined> => {
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return variables.parse(JSON.parse(Parameter?.Value ?? ""));
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    const reason =
      error instanceof z.ZodError || error instanceof SyntaxError ? "it is no JSON of texts" : reasonOf(error);
    throw new ConfigError(`the parameter ${name} cannot be read: ${reason}`, { cause: error });
  } finally {
    client.destroy();
  }
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "unknown error";
  if (error.name === "CredentialsProviderError") {
    return "there are no AWS credentials in this shell: sign in, or set AWS_PROFILE";
  }
  // The SDK has neither name nor code for it; the second is said of an empty AWS_REGION.
  if (/^Region (is missing|not accepted)/.test(error.message)) {
    return "no AWS region is set: set AWS_REGION, or AWS_PROFILE";
  }
  return "code" in error && typeof error.code === "string" ? `no answer (${error.code})` : error.name;
};
