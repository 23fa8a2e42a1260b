import { requireDependencies, requireNode } from "./node-version.mjs";

requireDependencies();
requireNode();
void import("./start.ts");
