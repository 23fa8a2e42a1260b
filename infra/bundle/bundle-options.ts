import type { BuildOptions } from "esbuild";

/**
 * How a function's entry point becomes the one file that Lambda runs: everything bundled, since the SDK of the
 * runtime has versions of its own. The local system runs exactly these bundles.
 */
export const bundleOptions = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  mainFields: ["module", "main"],
  // Some CommonJS dependency may still call `require` when it runs.
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  outExtension: { ".js": ".mjs" },
} as const satisfies BuildOptions;

/** What a file of certificate authorities is called beside the code. */
export const caFileName = "ca.pem";
