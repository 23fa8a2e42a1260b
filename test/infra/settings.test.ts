import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkedPolicy, settingsOf, stages } from "../../infra/settings.ts";
import { timeoutsFor } from "../../infra/timeouts.ts";
import { synthesised } from "./synthesised.ts";

describe("timeouts", () => {
  it("hang together for every HTTP timeout that is allowed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 121, max: 135 }), (seconds) => {
        const { httpTimeoutSeconds, functionTimeoutSeconds, visibilityTimeoutSeconds } = timeoutsFor(seconds);
        expect(httpTimeoutSeconds).toBeGreaterThan(120);
        expect(functionTimeoutSeconds).toBeGreaterThanOrEqual(5 * httpTimeoutSeconds);
        expect(functionTimeoutSeconds).toBeLessThanOrEqual(900);
        expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(functionTimeoutSeconds + httpTimeoutSeconds);
      }),
    );
  });

  it.each([120, 136])("are refused for an HTTP timeout of %d s, naming what is allowed", (seconds) => {
    expect(() => timeoutsFor(seconds)).toThrow(`above 120 s and at most 135 s, got ${seconds}`);
  });
});

describe("settings", () => {
  it.each(Object.keys(stages))("hold rules that the functions will accept: %s", (stage) => {
    expect(() => checkedPolicy(settingsOf(stage))).not.toThrow();
  });

  it("refuse a stage that is not there, naming those that are", () => {
    expect(() => settingsOf("production")).toThrow("expected a stage of dev, prod, got production");
  });

  it("write nothing in any stage until somebody turns the switch", () => {
    for (const { switchAtFirst } of Object.values(stages)) expect(switchAtFirst).toBe("dry-run");
  });

  it("hold no more rules than fit into a function's environment", () => {
    const accountsAllowed = Array.from({ length: 100 }, (_, index) => `2c92c0f8a1b2c3d4e5f6${index + 100_000_000_000}`);
    const synthesise = () => synthesised({ policy: { ...stages.prod.policy, accountsAllowed } });
    expect(synthesise).toThrow(/policy of at most 3000 bytes, got \d+/);
  });

  it("give every processor a call, and the scanner one, or stop the synthesis", () => {
    expect(() => synthesised({ zuoraCallsMax: 20, processorsMax: 20 })).toThrow("zuoraCallsMax to be at least 21");
  });

  it("leave standing credit alone in the example of production", () => {
    expect(stages.prod.policy.standingCredit).toBe("leave");
  });

  it("stop the synthesis with every mistake in the rules named", () => {
    const policy = {
      ...stages.prod.policy,
      postedSince: "last year",
      currencies: ["pounds"],
      minimumAmount: { GBP: "-1" },
      optOutField: "OptOut",
      application: "maybe",
    } as unknown as typeof stages.prod.policy;
    const synthesise = () => synthesised({ policy });
    for (const name of ["postedSince", "currencies.0", "minimumAmount.GBP", "optOutField", "application"]) {
      expect(synthesise).toThrow(`policy.${name}: `);
    }
  });
});
