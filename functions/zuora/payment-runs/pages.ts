import * as z from "zod";
import { ZuoraContractError } from "../../domain/errors.ts";
import type { ZuoraClient } from "../http/client.ts";
import { contractProblem } from "../query/fields.ts";

/** Zuora's largest page of payment runs. */
const pageSize = 40;

/** A payment run as Zuora lists it. */
export type PaymentRunRecord = z.output<typeof paymentRunRecord>;

/**
 * Payment runs of one status, page by page. `nextPage` is taken for a yes or no and not for an address: a token goes to
 * one host only. A full page without it is no proof of an end, and the page behind it need not exist.
 *
 * @param sort as Zuora writes it, `+` for descending
 * @param onLeave told when a page is asked for and leaves
 */
export const paymentRunPages = async function* (
  client: ZuoraClient,
  status: string,
  { sort, onLeave }: { readonly sort?: string; readonly onLeave?: (() => void) | undefined } = {},
): AsyncGenerator<readonly PaymentRunRecord[]> {
  for (let page = 1; ; page += 1) {
    const sorted = sort === undefined ? "" : `&sort=${encodeURIComponent(sort)}`;
    const path = `/v1/payment-runs?status=${status}${sorted}&pageSize=${pageSize}&page=${page}`;
    const answer = await client.get(path, onLeave).catch((error: unknown) => {
      if (page > 1 && isNoSuchPage(error)) return undefined;
      throw error;
    });
    if (answer === undefined) return;
    const parsed = paymentRunPage.safeParse(answer.body);
    if (!parsed.success) {
      throw new ZuoraContractError(`payment runs: ${contractProblem(parsed.error)}`, { scope: "envelope" });
    }
    yield parsed.data.paymentRuns;
    if (parsed.data.nextPage === undefined && parsed.data.paymentRuns.length < pageSize) return;
  }
};

/** Text, or absent where Zuora writes null or nothing. */
const textOrNothing = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));

const paymentRunRecord = z.object({
  // Such as PR-00000001; it is Object Query that calls it `paymentRunNumber`.
  number: textOrNothing,
  // In the tenant's time, unless it carries an offset; the minutes mean nothing.
  runDate: textOrNothing,
  targetDate: textOrNothing.transform((text) => text?.slice(0, 10)),
  executedOn: textOrNothing,
  completedOn: textOrNothing,
  updatedDate: textOrNothing,
  batch: textOrNothing,
  currency: textOrNothing,
  accountId: textOrNothing,
});

const paymentRunPage = z.object({
  paymentRuns: z.array(paymentRunRecord).default([]),
  // An address, absent on the last page.
  nextPage: textOrNothing,
});

/** Zuora knows no such page, in its own words; a gateway's are no proof of an end. */
const isNoSuchPage = (error: unknown): boolean =>
  error instanceof ZuoraContractError && /^\d{6}[24]0$/.test(error.zuoraCode ?? "");
