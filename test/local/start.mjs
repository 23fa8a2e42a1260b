import { requireDependencies, requireNode } from "../../functions/ops/requirements.mjs";

requireDependencies();
requireNode();
void import("./start.ts");
