import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium } from "playwright-core";

export type Chromium = { readonly browser: Browser; close(): Promise<void> };

/** A name that this browser, and no other program, takes for this machine: what a name bound anew looks like. */
export const reboundName = "attacker.example";

/** Why there is no browser here; nothing of ours is wrong. */
export class ChromiumCannotRun extends Error {
  override readonly name = "ChromiumCannotRun";
}

/**
 * The Chromium that `npm ci` brings, unpacked into a folder of its own and started. It needs no package of the
 * system's; it knows no name but our own, so that nothing of it leaves the machine.
 *
 * @throws {@link ChromiumCannotRun} on another system than Linux on x64, and where the system does not let it start
 */
export const openChromium = async (): Promise<Chromium> => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new ChromiumCannotRun(
      `npm brings a Chromium for Linux on x64 only, and this is ${process.platform} on ${process.arch}`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "zuora-credit-sweep-chromium-"));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const executablePath = await unpackInto(folder);
    const fontsFile = join(folder, "fonts.xml");
    await writeFile(fontsFile, fontsOf(folder));
    const browser = await chromium
      .launch(launchOptions(folder, { executablePath, fontsFile }))
      .catch((cause: Error) => {
        throw new ChromiumCannotRun(`Chromium does not start here: ${cause.message.split("\n")[0]}`, { cause });
      });
    return {
      browser,
      close: async () => {
        await browser.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
};

const launchOptions = (
  folder: string,
  { executablePath, fontsFile }: { readonly executablePath: string; readonly fontsFile: string },
) => ({
  executablePath,
  // What is tested rests on the rules between origins: they stay as any visitor has them.
  args: ["--disable-gpu", `--host-resolver-rules=MAP ${reboundName} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`],
  env: {
    PATH: process.env["PATH"],
    HOME: folder,
    TMPDIR: folder,
    FONTCONFIG_FILE: fontsFile,
    LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
  },
});

/** In a process of its own, because the package takes folder and libraries to unpack from the environment. */
const unpackInto = async (folder: string): Promise<string> => {
  const script = fileURLToPath(new URL("unpack-chromium.mjs", import.meta.url));
  // Only so does the package unpack the libraries that a bare system does not have.
  const env = { TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  return stdout;
};

/** The same letters on every machine: those that came with the browser; of fixed width, the machine's. */
const fontsOf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>/usr/share/fonts</dir><dir>${join(folder, "fonts")}</dir><cachedir>${join(folder, "fonts-cache")}</cachedir>
${["sans-serif", "system-ui"].map((family) => `<alias><family>${family}</family><prefer><family>Open Sans</family></prefer></alias>`).join("\n")}
</fontconfig>
`;
