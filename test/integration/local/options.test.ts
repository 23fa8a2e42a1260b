import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readFlags } from "../../local/command-line.ts";
import { type Options, optionsFrom } from "../../local/options.ts";
import { everything } from "../../local/policy.ts";
import { UsageError } from "../../local/usage-error.ts";

const credentials = { ZUORA_CLIENT_ID: "id", ZUORA_CLIENT_SECRET: "canary-secret" };

const parseWords = (argv: readonly string[], env: Record<string, string> = credentials): Options => {
  const flags = readFlags(argv, () => undefined);
  if (!flags) throw new Error("help was printed");
  return optionsFrom(flags, env);
};

const parse = (argv: string, env?: Record<string, string>): Options =>
  parseWords(argv === "" ? [] : argv.split(" "), env);

const refusalOf = (argv: string, env: Record<string, string> = credentials): string => {
  try {
    parse(argv, env);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "accepted";
};

describe("the command line", () => {
  it("has the documented defaults", () => {
    expect(parse("", {})).toEqual({
      tenant: { kind: "simulator", accounts: 200, seed: 1 },
      mode: "credit-balance",
      dryRun: false,
      kind: "full",
      concurrency: 4,
      batchSize: 100,
      functionTimeoutSeconds: 60,
      visibilityTimeoutSeconds: 70,
      maxReceiveCount: 5,
      backoffMaxSeconds: 10,
      deadlineSeconds: 600,
      json: false,
      policy: everything,
      warnings: [],
    });
  });

  it.each([
    ["--accounts 5", ["5"], { npm_config_accounts: "true" }],
    ["--dry-run", [], { npm_config_dry_run: "true" }],
  ])("says that npm kept %s for itself, rather than run something else than was asked for", (flag, argv, kept) => {
    const read = () => readFlags(argv, () => undefined, { npm_lifecycle_event: "start", ...kept });
    expect(read).toThrow(`npm start -- ${flag.split(" ")[0]}`);
  });

  it("says that there is no such file of rules, and where an example is that holds", () => {
    expect(refusalOf("--policy /no/such/file.json")).toContain("there is no file /no/such/file.json");
    const example = fileURLToPath(new URL("../../../docs/policy.example.json", import.meta.url));
    expect(parseWords(["--policy", example]).policy).toMatchObject({ standingCredit: "leave" });
  });

  it("takes every flag", () => {
    const argv =
      "--accounts 5 --seed 7 --incremental --dry-run --concurrency 20 --function-timeout 30 --visibility-timeout 40 " +
      "--max-receive-count 3 --backoff-max 2 --deadline 9 --json";
    expect(parse(argv, {})).toMatchObject({
      tenant: { kind: "simulator", accounts: 5, seed: 7 },
      dryRun: true,
      kind: "incremental",
      concurrency: 20,
      functionTimeoutSeconds: 30,
      visibilityTimeoutSeconds: 40,
      maxReceiveCount: 3,
      backoffMaxSeconds: 2,
      deadlineSeconds: 9,
      json: true,
    });
  });

  it("takes a tenant's settings from the environment, an empty one being absent", () => {
    const env = { ...credentials, ZUORA_TIME_ZONE: "Europe/London", ZUORA_ENTITY_IDS: "e1", ZUORA_ORG_IDS: "" };
    expect(parse("--zuora-url http://127.0.0.1:1/base", env).tenant).toMatchObject({
      kind: "zuora",
      clientId: "id",
      clientSecret: "canary-secret",
      timeZone: "Europe/London",
      entityIds: "e1",
      orgIds: undefined,
    });
  });

  it("warns of a visibility timeout below the function timeout", () => {
    expect(parse("--function-timeout 60 --visibility-timeout 59").warnings).toHaveLength(1);
    expect(parse("--function-timeout 60 --visibility-timeout 60").warnings).toEqual([]);
  });

  it.each([
    ["an unknown flag", "--frobnicate", "--frobnicate"],
    ["a word that is no flag", "everything", "too many arguments"],
    ["a number that is none", "--accounts many", "--accounts"],
    ["a number with a fraction", "--deadline 1.5", "--deadline"],
    ["a number below the least", "--concurrency 0", "from 1"],
    ["a negative number", "--seed -1", "--seed"],
    ["a single receive, after which a waiting message could not be renewed", "--max-receive-count 1", "from 2"],
    ["a full and an incremental scan at once", "--full --incremental", "--incremental"],
    ["a flag without its value", "--zuora-url", "--zuora-url"],
    ["a URL that is none", "--zuora-url zuora", "--zuora-url: expected an http or https URL"],
    ["a URL of another kind", "--zuora-url ftp://127.0.0.1", "--zuora-url: expected an http or https URL"],
    ["a URL with a query", "--zuora-url http://127.0.0.1/?x=1", "without a query"],
    ["credentials in the URL", "--zuora-url https://me:canary-password@rest.zuora.com", "not in the URL"],
    ["a host to write to without a URL", "--write rest.zuora.com", "--write"],
    ["another host to write to", "--zuora-url https://rest.zuora.com --write rest.eu.zuora.com", "rest.zuora.com"],
    ["another host, even on this machine", "--zuora-url http://127.0.0.1 --write localhost", "127.0.0.1"],
  ])("refuses %s, in one line that shows no secret", (_, argv, part) => {
    const message = refusalOf(argv);
    expect(message).toContain(part);
    expect(message).not.toContain("\n");
    expect(message).not.toContain("canary");
  });

  it.each(["ZUORA_CLIENT_ID", "ZUORA_CLIENT_SECRET"])("needs %s for a real tenant", (name) => {
    expect(refusalOf("--zuora-url http://127.0.0.1", { ...credentials, [name]: "" })).toContain(name);
  });

  it("refuses a time zone that does not exist", () => {
    const env = { ...credentials, ZUORA_TIME_ZONE: "Mars/Olympus" };
    expect(refusalOf("--zuora-url http://127.0.0.1", env)).toContain("ZUORA_TIME_ZONE");
  });

  it("prints its help instead of running", () => {
    let help = "";
    expect(readFlags(["--help"], (text) => (help += text))).toBeUndefined();
    expect(help).toContain("--visibility-timeout");
  });
});

describe("a run writes", () => {
  it.each([
    ["to the simulator", "", true],
    ["to this machine by address", "--zuora-url http://127.1.2.3:8080", true],
    ["to this machine by name", "--zuora-url http://localhost:8080", true],
    ["to this machine over IPv6", "--zuora-url http://[::1]:8080", true],
    ["to a host that was named", "--zuora-url https://Rest.Zuora.com --write REST.zuora.com", true],
    ["not to another host", "--zuora-url https://rest.zuora.com", false],
    ["not to a host that only begins like this machine", "--zuora-url http://127.0.0.1.example.com", false],
    ["not to a host that only ends like this machine", "--zuora-url http://not-localhost", false],
    ["not to every address of this machine", "--zuora-url http://0.0.0.0", false],
    ["not when told not to", "--zuora-url http://127.0.0.1 --dry-run", false],
    ["not when told both", "--zuora-url https://rest.zuora.com --write rest.zuora.com --dry-run", false],
  ])("%s", (_, argv, writes) => {
    expect(parse(argv).dryRun).toBe(!writes);
  });
});
