import { describe, expect, it } from "vitest";
import { type Asked, isAllowed } from "../../../../functions/ops/console/guard.ts";

const door = { host: "127.0.0.1:4000", token: "secret-of-the-address" };

const typed: Asked = {
  method: "GET",
  path: "/secret-of-the-address/accounts",
  host: "127.0.0.1:4000",
  origin: undefined,
  fetchSite: "none",
};

describe("the door of the page", () => {
  it("is open to whoever typed the address, and to links on the page", () => {
    expect(isAllowed(typed, door)).toBe(true);
    expect(isAllowed({ ...typed, fetchSite: "same-origin", origin: "http://127.0.0.1:4000" }, door)).toBe(true);
  });

  it.each<[string, Partial<Asked>]>([
    ["another method", { method: "POST" }],
    ["another host", { host: "attacker.example" }],
    ["no host", { host: undefined }],
    ["another port", { host: "127.0.0.1:4001" }],
    ["another origin", { origin: "https://attacker.example" }],
    ["a page without an origin", { origin: "null" }],
    ["another site", { fetchSite: "cross-site" }],
    ["another port of this machine", { fetchSite: "same-site" }],
    ["no token", { path: "/" }],
    ["a part of the token", { path: "/secret-of-the-addres/" }],
    ["more than the token", { path: "/secret-of-the-addresses/" }],
    ["the token elsewhere", { path: "/accounts/secret-of-the-address" }],
  ])("is shut to %s", (_, other) => {
    expect(isAllowed({ ...typed, ...other }, door)).toBe(false);
  });
});
