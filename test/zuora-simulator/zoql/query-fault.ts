/** A query that Zuora refuses, with the fault it answers. */
export class QueryFault extends Error {
  override readonly name = "QueryFault";
  readonly code: "MALFORMED_QUERY" | "INVALID_FIELD" | "INVALID_TYPE" | "INVALID_VALUE";

  constructor(code: QueryFault["code"], message: string) {
    super(message);
    this.code = code;
  }
}
