import { expect, it } from "vitest";
import {
  BadMessageError,
  ConfigError,
  errorCodes,
  isLocked,
  lockCode,
  NotConvergedError,
  OutOfTimeError,
  RevenueNotNettedError,
  SettlementError,
  WriteOutcomeUnknownError,
  ZuoraAccessError,
  ZuoraBusyError,
  ZuoraContractError,
  ZuoraRejectedError,
} from "../../../functions/domain/errors.ts";

const cause = new Error("the socket hung up");

const one = {
  BAD_CONFIG: new ConfigError("said so", { cause }),
  BAD_MESSAGE: new BadMessageError("said so", { cause }),
  ZUORA_BUSY: new ZuoraBusyError("said so", { cause }),
  ZUORA_ACCESS: new ZuoraAccessError("said so", { cause }),
  ZUORA_REJECTED: new ZuoraRejectedError("said so", { cause, again: "never" }),
  WRITE_OUTCOME_UNKNOWN: new WriteOutcomeUnknownError("said so", { cause }),
  ZUORA_CONTRACT: new ZuoraContractError("said so", { cause, scope: "record" }),
  NOT_CONVERGED: new NotConvergedError("said so", { cause }),
  REVENUE_NOT_NETTED: new RevenueNotNettedError("said so", { cause }),
  OUT_OF_TIME: new OutOfTimeError("said so", { cause }),
};

it("has exactly the codes that alarms and the runbook key on", () => {
  expect([...errorCodes]).toEqual(Object.keys(one));
});

it.each(Object.entries(one))("%s is carried by an error of its own, with message and cause", (code, error) => {
  expect(error).toBeInstanceOf(SettlementError);
  expect({ code: error.code, name: error.name, message: error.message, cause: error.cause }).toEqual({
    code,
    name: error.constructor.name,
    message: "said so",
    cause,
  });
});

it("tells what Zuora told: its code, its request id and how long to stay away", () => {
  const { zuoraCode, zuoraRequestId, retryAfterMs } = new ZuoraBusyError("later", {
    zuoraCode: "50000070",
    zuoraRequestId: "b1946ac9",
    retryAfterMs: 120_000,
  });
  expect({ zuoraCode, zuoraRequestId, retryAfterMs }).toEqual({
    zuoraCode: "50000070",
    zuoraRequestId: "b1946ac9",
    retryAfterMs: 120_000,
  });
});

it("knows a lock, which is one account's, from a throttle, which is everybody's", () => {
  expect(isLocked(new ZuoraBusyError("lock competition, please retry later", { zuoraCode: lockCode }))).toBe(true);
  expect(isLocked(new ZuoraBusyError("request exceeded limit", { zuoraCode: "REQUEST_EXCEEDED_LIMIT" }))).toBe(false);
  expect(isLocked(new ZuoraAccessError("no", { zuoraCode: lockCode }))).toBe(false);
});
