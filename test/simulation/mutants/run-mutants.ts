import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Mutant, mutants } from "./mutants.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Inside the repository, so that a copy finds the same packages; ignored by git. */
const workshop = join(root, ".build", "mutants");

const seeds = "500";

/** The first failing seed under a mutant; nothing where it lived. */
const caughtAt = ({
  file,
  find,
  replace,
  isAboutPaymentRuns,
  isAboutRevenue,
  isAboutUndo,
  mode,
}: Mutant): string | undefined => {
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { recursive: true });
  for (const folder of ["functions", "test/simulation", "test/zuora-simulator", "test/unit"]) {
    cpSync(join(root, folder), join(workshop, folder), { recursive: true });
  }
  cpSync(join(root, "package.json"), join(workshop, "package.json"));
  const mutated = join(workshop, "functions", file);
  writeFileSync(
    mutated,
    readFileSync(mutated, "utf8").replace(find, () => replace),
  );
  const simulate = join(workshop, "test", "simulation", "simulate.ts");
  const flags = [
    "--seeds",
    seeds,
    ...(isAboutPaymentRuns ? ["--payment-runs"] : []),
    ...(isAboutRevenue ? ["--revenue"] : []),
    ...(isAboutUndo ? ["--undo"] : []),
    ...(mode === undefined ? [] : ["--mode", mode]),
  ];
  const { stdout, stderr } = spawnSync(process.execPath, [simulate, ...flags], { encoding: "utf8" });
  if (!stdout.includes(" histories in ")) throw new Error(`the simulation did not run: ${stderr}`);
  return /first failing seed: (\d+)\n +(.*)/.exec(stdout)?.slice(1).join(": ");
};

/** `npm run mutants -- WORDS`: only those whose name has these words. */
const words = process.argv.slice(2).join(" ");
const chosen = mutants.filter(({ name }) => name.includes(words));

let survivors = 0;
for (const mutant of chosen) {
  const caught = caughtAt(mutant);
  if (caught === undefined) survivors += 1;
  process.stdout.write(
    `${caught === undefined ? "SURVIVED" : "caught  "}  ${mutant.name}${caught ? ` (seed ${caught.slice(0, 120)})` : ""}\n`,
  );
}
rmSync(workshop, { recursive: true, force: true });
process.stdout.write(`\n${chosen.length - survivors} of ${chosen.length} mutants caught within ${seeds} seeds\n`);
process.exitCode = survivors === 0 ? 0 : 1;
