/** Writes the permission matrix into docs/access.md: `node scripts/write-matrix.mjs`; `--check` fails when it is not up to date. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OBJECT_CODES, OBJECTS, PERMISSIONS } from "../packages/casework/src/mod.ts";

const BEGIN = "<!-- matrix -->\n";
const END = "<!-- /matrix -->";

export function matrixText() {
  const rows = OBJECT_CODES.map((object) => {
    const byRights = new Map();
    for (const [role, grants] of Object.entries(PERMISSIONS[object])) {
      const rights = (grants ?? []).join(", ");
      byRights.set(rights, [...(byRights.get(rights) ?? []), `\`${role}\``]);
    }
    const lines = [...byRights].map(([rights, roles]) => `- ${roles.join(" ")}: ${rights}`);
    return [`**${OBJECTS[object].en}** · ${OBJECTS[object].zh}`, "", ...lines].join("\n");
  });
  return rows.join("\n\n");
}

export function withMatrix(page) {
  const from = page.indexOf(BEGIN) + BEGIN.length;
  return `${page.slice(0, from)}\n${matrixText()}\n\n${page.slice(page.indexOf(END))}`;
}

export const PAGE = join(dirname(dirname(fileURLToPath(import.meta.url))), "docs", "access.md");
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = readFileSync(PAGE, "utf8");
  if (process.argv.includes("--check")) process.exitCode = withMatrix(page) === page ? 0 : 1;
  else writeFileSync(PAGE, withMatrix(page));
}
