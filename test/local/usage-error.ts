/** The command line or the environment asks for something impossible. The message is one line and shows no secret. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
