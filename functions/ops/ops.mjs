import { requireDependencies, requireNode } from "./requirements.mjs";

requireDependencies();
requireNode();
void import("./cli.ts");
