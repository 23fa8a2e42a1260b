import { requireNode } from "./node-version.mjs";

requireNode();
void import("./start.ts");
