import { devNull } from "node:os";
import { basename, dirname, extname } from "node:path";
import { credentials, region } from "../aws-client-settings.ts";
import type { FunctionSettings } from "./function-settings.ts";

/**
 * Every environment variable of an execution environment: what Lambda itself sets, and what the stack does. Nothing
 * of the surrounding process gets in, so that neither its credentials nor its proxies can matter.
 */
export const childEnvironment = (settings: FunctionSettings, runtimeApi: string): Record<string, string> => ({
  ...machineNeeds,
  PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
  LANG: "en_US.UTF-8",
  TZ: process.platform === "win32" ? "UTC" : ":UTC",
  LAMBDA_TASK_ROOT: dirname(settings.bundle),
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: "local",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_FUNCTION_NAME: settings.name,
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memoryMb),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: "local",
  AWS_LAMBDA_LOG_FORMAT: "JSON",
  _HANDLER: `${basename(settings.bundle, extname(settings.bundle))}.handler`,
  // Lambda has no home directory, but Node asks the operating system for one and the SDK would read ~/.aws in it.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  ...settings.environment,
});

/** Windows opens no socket in a process that does not know where Windows is. */
const machineNeeds: Record<string, string> =
  process.platform === "win32" ? { SystemRoot: process.env["SystemRoot"] ?? "C:\\Windows" } : {};
