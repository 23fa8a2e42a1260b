import type { HttpRequest } from "../../../functions/zuora/http/transport.ts";
import { json, page, type Scripted, ScriptedZuora } from "./scripted-zuora.ts";

/** What is found per ZOQL object; it answers every query on one with all of its records. */
export type Tables = Readonly<Record<string, readonly object[]>>;

/**
 * A Zuora that answers queries out of tables, whatever their conditions, and knows no payment runs but those given.
 * Amounts are JSON numbers, as they are Zuora's.
 */
export class TabledZuora extends ScriptedZuora {
  /** @param now its own clock; without, it does not tell the time */
  constructor(tables: Tables, paymentRuns: readonly object[] = [], now?: () => number) {
    const answer: Scripted = ({ path, body }: HttpRequest) => {
      if (path.startsWith("/v1/payment-runs")) {
        const status = new URLSearchParams(path.split("?")[1]).get("status");
        return json(200, {
          success: true,
          paymentRuns: paymentRuns.filter((run) => "status" in run && run.status === status),
        });
      }
      const object = /from (\w+)/.exec((JSON.parse(body ?? "") as { queryString: string }).queryString)?.[1] ?? "";
      const answer = page(tables[object] ?? []);
      return now === undefined ? answer : { ...answer, headers: { date: new Date(now()).toUTCString() } };
    };
    super(...Array<Scripted>(100).fill(answer));
  }

  /** The queries that were asked of an object. */
  queriesOn(object: string): readonly string[] {
    return this.calls
      .map(({ body }) => (body === undefined ? "" : (JSON.parse(body) as { queryString: string }).queryString))
      .filter((query) => query.includes(`from ${object} `));
  }
}
