import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { readCaller } from "../../../functions/aws/caller.ts";
import { ConfigError } from "../../../functions/domain/errors.ts";

const sts = mockClient(STSClient);
const client = new STSClient({ region: "eu-west-1" });
const callerWith = async (Arn: string): Promise<string> => {
  sts.on(GetCallerIdentityCommand).resolves({ Arn });
  return readCaller(client);
};
const session = "arn:aws:sts::111122223333:assumed-role/operators/";

beforeEach(() => {
  sts.reset();
});

describe("who changes something", () => {
  it("is named by the ARN that CloudTrail knows", async () => {
    expect(await callerWith(`${session}deploy-42`)).toBe(`${session}deploy-42`);
    expect(await callerWith("arn:aws:iam::111122223333:user/team/ci")).toBe("arn:aws:iam::111122223333:user/team/ci");
  });

  it("is named by the same digest every time where the name is an e-mail address", async () => {
    const first = await callerWith(`${session}somebody@example.invalid`);
    expect(first).toMatch(/^arn:aws:sts::111122223333:assumed-role\/operators\/sha256-[0-9a-f]{16}$/);
    expect(await callerWith(`${session}Somebody@example.invalid`)).toBe(first);
    expect(await callerWith(`${session}another@example.invalid`)).not.toBe(first);
    expect(await callerWith("arn:aws:iam::111122223333:user/somebody@example.invalid")).not.toContain("@");
  });

  it("must be known: one line says that nothing was changed, and holds no address", async () => {
    sts.on(GetCallerIdentityCommand).rejects(Object.assign(new Error("somebody@example.invalid"), { name: "Expired" }));
    const refused = await readCaller(client).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConfigError);
    expect(String(refused)).toMatch(/nothing was changed, .*: Expired$/);
    sts.on(GetCallerIdentityCommand).resolves({});
    await expect(readCaller(client)).rejects.toThrow("STS tells no ARN");
  });
});
