/** `ledger vectors DIR`: one JSON line per proof case below DIR. */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { CommandIo } from "../command.ts";
import { evaluateCase } from "./vector-case.ts";

export async function vectors(folder: string, io: Pick<CommandIo, "stdout" | "stderr">): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort();
  for (const file of files) {
    const result = evaluateCase(await readFile(path.join(folder, file), "utf8"));
    io.stdout.write(`${JSON.stringify({ file, valid: result.valid })}\n`);
    if (result.malformed) io.stderr.write(`SG_CLI_VECTOR_MALFORMED: ${file}: ${result.reason}\n`);
  }
  return 0;
}
