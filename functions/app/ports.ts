/** The world's time, so that nothing under `app/` or `zuora/` reads a clock of its own. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
};

/** How much time the current invocation has left, in milliseconds. */
export type RemainingMs = () => number;
/** `on` settles, `dry-run` plans and writes nothing, `off` leaves every message waiting. */
export type Switch = "on" | "dry-run" | "off";

export type SwitchReader = {
  /** @throws {ConfigError} where it cannot be read or says something else */
  read(): Promise<Switch>;
};
/** Where everything that an operator changes is written down, with who did it, before it is done. */
export type Journal = {
  record(action: string, fields: Readonly<Record<string, unknown>>): void;
};

/** An OAuth client of the tenant. Secret: never logged, never part of a message. */
export type Credentials = { readonly clientId: string; readonly clientSecret: string };

/** Where the credentials come from. `fresh` goes past any cache, since the secret may have been rotated. */
export type CredentialsSource = {
  /** @throws {ConfigError} where the secret cannot be read or is not what it should be */
  read(options: { readonly fresh: boolean }): Promise<Credentials>;
};
