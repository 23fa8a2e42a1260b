import { existsSync } from "node:fs";

/** The first Node that runs TypeScript files as they are, without a flag. */
const oldest = { major: 22, minor: 18 };

/** Ends the process with one line and status 2 on a Node that cannot run the rest of this project. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return;
  process.stderr.write(`Node ${oldest.major}.${oldest.minor} or newer is needed; this is ${process.versions.node}.\n`);
  process.exit(2);
}

/** Ends the process where nothing is installed yet: on Linux and Windows that brings a fitting Node as well. */
export function requireDependencies() {
  if (existsSync(new URL("../../node_modules/commander/package.json", import.meta.url))) return;
  process.stderr.write("Nothing is installed yet: npm ci first, then the same again.\n");
  process.exit(2);
}
