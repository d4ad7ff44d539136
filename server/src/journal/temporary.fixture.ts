/** Folders for tests: temporary ones, and small disks that can be filled (root on Linux only). */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function temporaryFolder(prefix: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `sandglass-${prefix}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A tmpfs of that size, or the reason why there is none. */
export function smallDisk(megabytes: number): { path: string; remove(): void } | { skip: string } {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    return { skip: "mounting a small disk needs root on Linux" };
  const folder = temporaryFolder("disk");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder.path], { stdio: "pipe" });
  } catch (error) {
    folder.remove();
    return { skip: `mount refused: ${(error as Error).message.split("\n")[0]}` };
  }
  return {
    path: folder.path,
    remove: () => {
      execFileSync("umount", ["-l", folder.path]);
      folder.remove();
    },
  };
}
