import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleOptions } from "../../infra/bundle-options.ts";

/** The repository, wherever the program was started from. */
const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Bundles functions as they would be deployed.
 *
 * @param names of folders under `functions/` that have a `handler.ts`
 * @param folder where the bundles go, one folder each
 * @returns the file that exports each function's `handler`
 */
export const bundleFunctions = async <Name extends string>(
  names: readonly Name[],
  folder: string,
): Promise<Record<Name, string>> => {
  await build({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: join(root, "functions", name, "handler.ts"), out: join(name, "index") })),
    outdir: folder,
    logLevel: "silent",
  });
  return Object.fromEntries(names.map((name) => [name, join(folder, name, "index.mjs")])) as Record<Name, string>;
};
