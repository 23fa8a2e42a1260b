import { expect, it } from "vitest";
import { UsageError } from "../../../../functions/ops/exit-code.ts";
import { mustBeSandbox } from "../../../../functions/ops/system/sandbox-host.ts";

it.each([
  "http://127.0.0.1:4000",
  "https://rest.test.zuora.com",
  "https://rest.apisandbox.zuora.com",
  "https://rest.sandbox.eu.zuora.com",
])("a probe may write to %s", (url) => {
  expect(() => mustBeSandbox(url)).not.toThrow();
});

it.each([
  "https://rest.zuora.com",
  "https://rest.na.zuora.com",
  "https://rest.eu.zuora.com",
  "https://rest.ap.zuora.com",
  "https://rest.test.zuora.com.example.com",
  "https://example.com/rest.test.zuora.com",
])("a probe never writes to %s", (url) => {
  expect(() => mustBeSandbox(url)).toThrow(UsageError);
});
