import type { IncomingMessage } from "node:http";
import { awsAccountId, region } from "./aws-client-settings.ts";
import { readBody, startLoopbackServer } from "./loopback-server.ts";

/** Secrets Manager and the Parameter Store on loopback, as far as the functions use them. */
export type AwsStandIns = {
  /** For all of them. */
  readonly endpoint: string;
  /** By secret id. */
  readonly secrets: Map<string, string>;
  /** By parameter name. */
  readonly parameters: Map<string, string>;
  /** Reads of parameters, those included that were refused since there were too many in a second. */
  readonly reads: Readonly<{ all: number; throttled: number }>;
  /** Tells of every call from now on, by the IAM action that it needs and the name of what it is about. */
  listen(onCall: (call: string) => void): void;
  stop(): Promise<void>;
};

type Request = { SecretId?: string; Name?: string; Value?: string; Overwrite?: boolean };

class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What Parameter Store allows an account by default (AWS: Systems Manager quotas, standard throughput). */
const readsPerSecondMax = 40;

/** Starts all services on one free port; the maps are theirs to read and write at any time. */
export const startAwsStandIns = async (): Promise<AwsStandIns> => {
  const secrets = new Map<string, string>();
  const parameters = new Map<string, string>();
  const versions = new Map<string, number>();
  const reads = { all: 0, throttled: 0 };
  const readAt: number[] = [];

  const countRead = () => {
    const now = performance.now();
    while ((readAt[0] ?? now) <= now - 1_000) readAt.shift();
    reads.all += 1;
    if (readAt.length >= readsPerSecondMax) {
      reads.throttled += 1;
      throw new Refusal("ThrottlingException", "Rate exceeded");
    }
    readAt.push(now);
  };

  const actions: Record<string, (request: Request) => object> = {
    "secretsmanager.GetSecretValue": ({ SecretId = "" }) => {
      const SecretString = secrets.get(SecretId);
      if (SecretString === undefined) {
        throw new Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
      }
      return { ARN: arn("secretsmanager", `secret:${SecretId}`), Name: SecretId, SecretString, VersionId: "local" };
    },
    "AmazonSSM.GetParameter": ({ Name = "" }) => {
      countRead();
      const Value = parameters.get(Name);
      if (Value === undefined) throw new Refusal("ParameterNotFound", "");
      const Version = versions.get(Name) ?? 1;
      return { Parameter: { Name, Type: "String", Value, Version, ARN: arn("ssm", `parameter${Name}`) } };
    },
    "AmazonSSM.PutParameter": ({ Name = "", Value = "", Overwrite = false }) => {
      if (parameters.has(Name) && !Overwrite) {
        throw new Refusal("ParameterAlreadyExists", "The parameter already exists.");
      }
      if (Value === "") throw new Refusal("ValidationException", "Parameter value can't be empty.");
      parameters.set(Name, Value);
      const Version = (versions.get(Name) ?? 0) + 1;
      versions.set(Name, Version);
      return { Version, Tier: "Standard" };
    },
  };

  let onCall = (_call: string): void => {};
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const target = String(request.headers["x-amz-target"] ?? "");
    try {
      const action = actions[target];
      if (!action) throw new Refusal("UnknownOperationException", `no stand-in for ${JSON.stringify(target)}`);
      const asked = JSON.parse(await readBody(request)) as Request;
      onCall(`${target.replace("AmazonSSM.", "ssm:").replace(".", ":")} ${asked.SecretId ?? asked.Name}`);
      return { status: 200, body: action(asked) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: 400, body: { __type: error.code, message: error.message } };
    }
  };

  const server = await startLoopbackServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  });
  const listen = (listener: typeof onCall): void => {
    onCall = listener;
  };
  return { endpoint: server.url, secrets, parameters, reads, listen, stop: server.stop };
};

const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${awsAccountId}:${resource}`;
