import { serveConsole } from "../../functions/ops/console/serve-console.ts";
import { readLocalSystem } from "../../functions/ops/system/local-system.ts";
import { openSystem } from "../../functions/ops/system/open-system.ts";

/** The page of `ops console` for a system that is up here, under the address that describes it. */
export const openConsole = async (
  descriptionUrl: string,
  { note, interrupted }: { readonly note: (line: string) => void; readonly interrupted: AbortSignal },
): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const system = openSystem(await readLocalSystem(descriptionUrl), note);
  const page = await serveConsole(system, () => interrupted.aborted);
  return {
    url: page.url,
    stop: async () => {
      await page.stop();
      system.close();
    },
  };
};
