import { expect, it } from "vitest";
import { pageLinksOf } from "../../../functions/zuora/page-links.ts";

it.each([
  ["https://rest.zuora.com", "https://www.zuora.com/apps/CustomerAccount.do?method=view&id=8a1"],
  ["https://rest.na.zuora.com", "https://na.zuora.com/apps/CustomerAccount.do?method=view&id=8a1"],
  ["https://rest.sandbox.eu.zuora.com", "https://sandbox.eu.zuora.com/apps/CustomerAccount.do?method=view&id=8a1"],
])("the pages of the tenant behind %s", (baseUrl, page) => {
  expect(pageLinksOf(baseUrl)?.account("8a1")).toBe(page);
});

it.each(["http://127.0.0.1:8080", "https://rest.zuora.com.example.org"])("there are none behind %s", (baseUrl) => {
  expect(pageLinksOf(baseUrl)).toBeUndefined();
});
