import { readFileSync } from "node:fs";
import { type PolicySettings, policySchema } from "../../functions/domain/policy.ts";
import { UsageError } from "./usage-error.ts";

/** Everything of this tenant, whatever its age and size: a person runs this and looks at what comes out. */
export const everything: PolicySettings = {
  postedSince: "1900-01-01",
  minimumAmount: {},
  accountLimit: { adjustments: Number.MAX_SAFE_INTEGER, amount: {} },
  runLimit: { accounts: Number.MAX_SAFE_INTEGER, amount: {} },
  application: "apply",
  standingCredit: "apply",
  accountsDenied: [],
};

/**
 * Reads a billing team's rules from a file of JSON, as they would be set for a stage.
 *
 * @throws {UsageError} listing every mistake in them
 */
export const readPolicyFile = (path: string): PolicySettings => {
  const settings = parse(path);
  const parsed = policySchema.safeParse(settings);
  if (parsed.success) return settings as PolicySettings;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "all of it"}: ${issue.message}`);
  throw new UsageError(`--policy: ${problems.join("; ")}`);
};

const parse = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = isMissing
      ? `there is no file ${path}; docs/policy.example.json is one to begin with`
      : `${path} holds no JSON that can be read`;
    throw new UsageError(`--policy: ${reason}`, { cause: error });
  }
};
