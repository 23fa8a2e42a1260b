import { request } from "node:http";
import { afterEach } from "vitest";
import { type RunningConsole, serveConsole } from "../../../functions/ops/console/serve-console.ts";
import { readLocalSystem } from "../../../functions/ops/system/local-system.ts";
import { openSystem } from "../../../functions/ops/system/open-system.ts";

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
};

/** The page of a local system, up for one test. */
export const useConsole = (file: () => string) => {
  const open: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const close of open.splice(0).toReversed()) await close();
  });
  return async (): Promise<RunningConsole> => {
    const system = openSystem(await readLocalSystem(file()), () => {});
    open.push(system.close);
    const page = await serveConsole(system, () => false);
    open.push(page.stop);
    return page;
  };
};

/** Asks with any headers at all, `Host` included, which `fetch` does not let one set. */
export const ask = (
  url: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: Buffer.concat(chunks).toString(),
      });
    });
    asked.once("error", reject).end();
  });
