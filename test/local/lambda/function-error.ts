/** An invocation that failed, as Lambda tells its caller. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** The name of what the handler threw, or one of Lambda's own, such as `Sandbox.Timedout`. */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}
