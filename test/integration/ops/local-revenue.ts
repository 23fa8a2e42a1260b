import { expect } from "vitest";
import { revenueQueueNames } from "../../local/queues.ts";
import { addAccount } from "../../zuora-simulator/build.ts";
import type { AccountRecord } from "../../zuora-simulator/records.ts";
import type { TenantRequest, TenantResponse } from "../../zuora-simulator/wire.ts";
import type { useLocalOps } from "./local-ops.ts";
import { workOff, workOffRevenue } from "./work-off.ts";

const dayMs = 86_400_000;

const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** What happens to revenue in a local system. */
export const useLocalRevenue = ({ ops, tenant, system, accountsIn }: ReturnType<typeof useLocalOps>) => {
  /** Does something else than the tenant would. @returns how to end it */
  const distort = (
    distortion: (request: TenantRequest, answer: () => TenantResponse) => TenantResponse,
  ): (() => void) => {
    const whole = tenant();
    const handle = whole.handle.bind(whole);
    whole.handle = (request, now) => distortion(request, () => handle(request, now));
    return () => {
      whole.handle = handle;
    };
  };
  /** An unpaid invoice and its mirror of a later day. */
  const mirrored = (): AccountRecord => {
    const billedOn = dayOf(Date.now() - 10 * dayMs);
    const invoices = [{ amount: "30.00", invoiceDate: billedOn }, { amount: "-30.00" }];
    return addAccount(tenant().store, { invoices }, Date.now() - 3_600_000);
  };
  /** Where it does not end well, the failed test shows what it said. */
  const scan = async (kind: "--full" | "--revenue"): Promise<void> => {
    const { status, err } = await ops("scan", kind);
    expect(status, err).toBe(0);
  };
  const pass = async () => {
    await scan("--revenue");
    return workOffRevenue(system().file);
  };
  const settle = async (): Promise<void> => {
    await scan("--full");
    await workOff(system().file);
  };
  return {
    distort,
    mirrored,
    /** Settles what is mirrored, and no revenue of it. */
    settle,
    /** One pass over revenue, and its processor until there is nothing more to do now. */
    pass,
    openPeriods: (): void => {
      for (const period of tenant().revenue?.periods ?? []) period.status = "Open";
    },
    /** A pair of which one side was moved when somebody closed the period, and its dead letter. */
    notNetted: async (): Promise<AccountRecord> => {
      const account = mirrored();
      await settle();
      let writes = 0;
      const mend = distort((request, answer) => {
        if (request.method === "PUT") writes += 1;
        for (const period of writes === 2 ? (tenant().revenue?.periods ?? []) : []) period.status = "Closed";
        return answer();
      });
      await pass();
      mend();
      expect(accountsIn("deadLetter", revenueQueueNames)).toEqual([account.Id]);
      return account;
    },
    /** What each period holds of each schedule, with the sign of its side. */
    held: (): readonly string[] =>
      (tenant().revenue?.events ?? []).flatMap(({ parts }) =>
        parts.map(({ startDate = "Open-Ended", amount }) => `${startDate} ${amount.toFixed()}`),
      ),
  };
};
