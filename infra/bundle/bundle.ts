import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { bundleOptions, caFileName } from "./bundle-options.ts";

/** The repository, wherever the program was started from. */
const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Bundles a function's entry point into a folder of its own, as Lambda unpacks it: `index.mjs` exports `handler`.
 *
 * @param name of a folder under `functions/` that has a `handler.ts`
 * @param folder that gets a sub-folder of this name
 * @param caFile a PEM file, from the repository's root, that goes beside the code
 * @returns the sub-folder
 */
export const bundleFunction = (name: string, folder: string, caFile?: string): string => {
  const outdir = join(folder, name);
  buildSync({
    ...bundleOptions,
    absWorkingDir: root,
    entryPoints: [{ in: join(root, "functions", name, "handler.ts"), out: "index" }],
    outdir,
    logLevel: "silent",
  });
  if (caFile !== undefined) copyFileSync(join(root, caFile), join(outdir, caFileName));
  return outdir;
};
