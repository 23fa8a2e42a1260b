import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Files of a folder, relative to the repository, with slashes on every system. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);

const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** What a file imports of ours, as paths from the repository. */
const importsOf = (file: string): readonly string[] =>
  [...textOf(file).matchAll(/(?:from|import|import\() ?"(\.[^"]+)"/g)].map(([, path]) =>
    join(file, "..", path ?? "").replaceAll("\\", "/"),
  );

/** Each folder with what it may import of ours. */
const allowed: Readonly<Record<string, RegExp>> = {
  "functions/domain": /^functions\/domain\//,
  "functions/app": /^functions\/(app|domain)\//,
  "functions/zuora":
    /^functions\/(zuora\/|domain\/|app\/([a-z-]+\/)?([a-z-]*ports|metric-names|environment-names|slices)\.ts)/,
  "functions/aws":
    /^functions\/(aws\/|domain\/|app\/([a-z-]+\/)?([a-z-]*ports|metric-names|environment-names|message|parse-json|event|slices)\.ts)/,
  "functions/scanner": /^functions\//,
  "functions/processor": /^functions\//,
  "functions/revenue": /^functions\//,
  "functions/replay": /^functions\//,
  "functions/digest": /^functions\//,
  "functions/callout": /^functions\//,
  "functions/ops": /^functions\//,
  infra:
    /^(infra\/|functions\/(app\/(config\/(environment-names|fields|zuora-host)|metric-names)|domain\/(policy|payment-run|credit\/mode))\.ts)/,
};

/** Each room of the use cases and of the adapter with the other rooms of the same floor that it may use. */
const neighbours: Readonly<Record<string, readonly string[]>> = {
  "functions/app/config": [],
  "functions/app/events": ["settle"],
  "functions/app/settle": ["settle/rounds", "events"],
  "functions/app/settle/rounds": ["settle"],
  "functions/app/process": ["settle"],
  "functions/app/dead-letters": ["settle"],
  "functions/app/scan": ["settle", "dead-letters", "scan/finding"],
  "functions/app/scan/finding": ["scan"],
  "functions/app/revenue": ["settle", "scan", "dead-letters"],
  "functions/app/records": ["settle", "scan", "scan/finding", "dead-letters", "records/report"],
  "functions/app/records/digest": [
    "records",
    "records/report",
    "records/report-files",
    "scan",
    "dead-letters",
    "events",
    "revenue",
  ],
  "functions/app/undo": ["records", "settle", "revenue"],
  "functions/app/records/report": ["records", "settle", "scan", "revenue"],
  "functions/app/records/report-files": ["records", "records/report", "revenue"],
  "functions/zuora/http": ["http/answers"],
  "functions/zuora/http/answers": ["http"],
  "functions/zuora/query": ["http", "http/answers"],
  "functions/zuora/adjustments": ["http", "http/answers", "query"],
  "functions/zuora/payment-runs": ["credit-memos", "http", "query", "adjustments"],
  "functions/zuora/scan": ["http", "query", "credit-memos", "unapplied-payments"],
  "functions/zuora/credit-memos": ["http", "http/answers", "query", "unapplied-payments"],
  "functions/zuora/unapplied-payments": ["http", "query"],
  "functions/zuora/ledger": ["http", "query", "adjustments", "credit-memos", "unapplied-payments", "payment-runs"],
  "functions/zuora/records": ["http", "query", "ledger", "credit-memos", "unapplied-payments"],
  "functions/zuora/revenue": ["http", "query", "ledger"],
  "functions/zuora/doctor": ["http", "http/answers", "query", "credit-memos"],
  "functions/zuora/sandbox": ["http", "http/answers", "query", "adjustments", "credit-memos", "ledger"],
};

const roomOf = (file: string): string => file.slice(0, file.lastIndexOf("/"));

const production = Object.keys(allowed).flatMap(filesIn);

describe("imports point one way", () => {
  it.each(Object.entries(allowed))("%s imports only what it may", (folder, rule) => {
    const files = filesIn(folder);
    expect(files.length).toBeGreaterThan(0);
    const strays = files.flatMap((file) =>
      importsOf(file)
        .filter((path) => !rule.test(path))
        .map((path) => `${file} → ${path}`),
    );
    expect(strays).toEqual([]);
  });

  it.each(Object.entries(neighbours))("%s uses only the rooms that it may", (room, others) => {
    const [floor] = room.match(/^functions\/[a-z]+/) ?? [];
    const may = new Set([room, floor, ...others.map((other) => `${floor}/${other}`)]);
    const files = production.filter((file) => roomOf(file) === room);
    expect(files.length).toBeGreaterThan(0);
    const strays = files.flatMap((file) =>
      importsOf(file)
        .filter((path) => path.startsWith(`${floor}/`) && !may.has(roomOf(path)))
        .map((path) => `${file} → ${path}`),
    );
    expect(strays).toEqual([]);
  });

  it("has a rule for every room of the use cases and of the adapter", () => {
    const floors = ["functions/app", "functions/zuora"];
    const rooms = new Set(floors.flatMap(filesIn).map(roomOf));
    expect([...rooms].filter((room) => !(room in neighbours) && !floors.includes(room))).toEqual([]);
  });

  it("has a rule for every folder of functions", () => {
    const folders = new Set(filesIn("functions").map((file) => file.split("/").slice(0, 2).join("/")));
    expect([...folders].filter((folder) => !(folder in allowed))).toEqual([]);
  });

  it("keeps the domain and the use cases off the network, the machine and AWS", () => {
    const packagesOf = (file: string) =>
      [...textOf(file).matchAll(/(?:from|import|import\() ?"([^."][^"]*)"/g)].map(([, name]) => name);
    const used = ["functions/domain", "functions/app"].flatMap(filesIn).flatMap(packagesOf);
    expect([...new Set(used)].toSorted()).toEqual(["big.js", "zod"]);
  });

  it("keeps the page and its server out of everything that is deployed", () => {
    const files = new Set(production);
    const reached = new Set(production.filter((file) => /^functions\/[\w-]+\/handler\.ts$/.test(file)));
    for (const file of reached) for (const next of importsOf(file)) if (files.has(next)) reached.add(next);
    expect([...reached].filter((file) => file.startsWith("functions/ops/console/"))).toEqual([]);
    const users = production.filter((file) => /from "(@hono|hono)\//.test(textOf(file)));
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((file) => !file.startsWith("functions/ops/console/"))).toEqual([]);
  });

  it("lets nothing that is deployed import a test", () => {
    const strays = [...filesIn("functions"), ...filesIn("infra")].filter((file) =>
      importsOf(file).some((path) => path.startsWith("test/")),
    );
    expect(strays).toEqual([]);
  });
});

describe("the house", () => {
  it("has no circle of imports, types included", () => {
    const files = [...production];
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
      if (path.includes(file) || done.has(file)) return;
      for (const next of importsOf(file)) if (files.includes(next)) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(circles).toEqual([]);
  });

  it.each([
    ["functions/app", 8],
    ["functions/zuora", 8],
  ])("has at most a handful of files directly in %s", (folder, most) => {
    const direct = filesIn(folder).filter((file) => !file.slice(folder.length + 1).includes("/"));
    expect(direct.length, direct.join(", ")).toBeLessThanOrEqual(most);
  });

  it("has no room of more than fourteen files", () => {
    const rooms = Map.groupBy(production, roomOf);
    const crowded = [...rooms].filter(([, files]) => files.length > 14).map(([room]) => room);
    expect(crowded).toEqual([]);
  });
});

describe("the world comes in as an argument", () => {
  it("reads the environment only where a program starts", () => {
    const readers = [...filesIn("functions"), ...filesIn("infra")].filter((file) =>
      /process\.env|from "(node:)?process"/.test(textOf(file)),
    );
    expect(readers).toContain("functions/scanner/handler.ts");
    for (const file of readers) expect(file).toMatch(/^functions\/([\w-]+\/handler|ops\/cli)\.ts$|^infra\/app\.ts$/);
  });

  it("reads no clock and rolls no dice in domain, app and the Zuora adapter", () => {
    const files = ["functions/domain", "functions/app", "functions/zuora"].flatMap(filesIn);
    const impure =
      /new Date\b(?!\()|new Date\(\)|Date\.now\(|performance\.now\(|Math\.random\(|random(UUID|Bytes|Int)\(/;
    const strays = files.filter((file) => impure.test(textOf(file)));
    expect(strays).toEqual([]);
  });
});

describe("files", () => {
  it("export by name, and each for itself: no default exports, no barrels", () => {
    const passedOn = /^export (default |\*|\{[^}]*\bas default\b)/m;
    const strays = production.filter((file) => passedOn.test(textOf(file)) || file.endsWith("/index.ts"));
    expect(strays).toEqual([]);
  });
});
