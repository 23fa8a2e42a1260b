import { expect, it } from "vitest";
import { FunctionError } from "../../local/lambda/function-error.ts";
import { scanUntilDone } from "../../local/scan-until-done.ts";
import { UsageError } from "../../local/usage-error.ts";

const scans = (failures: readonly FunctionError[]) => {
  const left = [...failures];
  return scanUntilDone({
    invoke: async () => {
      const failure = left.shift();
      if (failure) throw failure;
      return "completed";
    },
    pauseMs: 0,
    giveUp: new AbortController().signal,
    onFailure: () => undefined,
  });
};

it("scans again after two tokens in a row were refused, as happens where Zuora revokes them", async () => {
  const revoked = () => new FunctionError("ZuoraAccessError", "Zuora answered HTTP 401: Authentication error");
  expect(await scans([revoked(), revoked()])).toBe("completed");
});

it("gives up at once where Zuora's token service does not know the credentials", async () => {
  const unknown = new FunctionError(
    "ZuoraAccessError",
    "authentication: Zuora's token service refused the OAuth client",
  );
  await expect(scans([unknown])).rejects.toThrow(UsageError);
});
