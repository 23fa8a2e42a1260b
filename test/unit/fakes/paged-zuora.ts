import type { HttpRequest } from "../../../functions/zuora/http/transport.ts";
import { json, page, type Scripted, ScriptedZuora } from "./scripted-zuora.ts";

type Row = Readonly<Record<string, unknown>>;

/** Whether a text comes before another one, as this tenant's database compares texts. */
type IsBefore = (a: string, b: string, operator: string) => boolean;

const condition = /(\w+) (>=|<|like) '([^']*)'/g;

const answersMax = 2_000;

/**
 * A Zuora that answers every query out of one table, in pages of its own size: only comparisons of texts in quotes are
 * heeded, which it compares in its own way.
 */
export class PagedZuora extends ScriptedZuora {
  readonly queries: string[] = [];

  /** @param refused queries that it does not understand */
  constructor(rows: readonly Row[], pageSize: number, isBefore: IsBefore = (a, b) => a < b, refused?: RegExp) {
    const satisfies = (row: Row, [, field = "", operator = "", text = ""]: readonly string[]): boolean => {
      const value = row[field];
      if (typeof value !== "string") return false;
      if (operator === "like") return value.endsWith(text.slice(1));
      return isBefore(value, text, operator) === (operator === "<");
    };
    const results: (readonly Row[])[] = [];
    const answer: Scripted = ({ body }: HttpRequest) => {
      const asked = JSON.parse(body ?? "") as { queryString?: string; queryLocator?: string };
      const { queryString, queryLocator } = asked;
      const [query = 0, start = 0] = queryLocator?.split(" ").map(Number) ?? [this.queries.length];
      if (queryString !== undefined) {
        if (refused?.test(queryString)) return json(400, { FaultCode: "MALFORMED_QUERY", FaultMessage: "no" });
        this.queries.push(queryString);
        const conditions = [...queryString.matchAll(condition)];
        results.push(rows.filter((row) => conditions.every((each) => satisfies(row, each))));
      }
      const found = results[query] ?? [];
      const next = start + pageSize;
      return page(found.slice(start, next), next < found.length ? `${query} ${next}` : undefined);
    };
    super(...Array<Scripted>(answersMax).fill(answer));
  }
}
