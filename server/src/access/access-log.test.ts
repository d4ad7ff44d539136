import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { accessActionName } from "@sandglass/casework";

const SERVER = join(import.meta.dirname, "..");

test("every action that the server writes has a name", () => {
  const files = readdirSync(SERVER, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !/\.(?:test|fixture)\.ts$/.test(file),
  );
  const written = files.flatMap((file) => {
    const text = readFileSync(join(SERVER, file), "utf8");
    if (!text.includes("logAccess(")) return [];
    // The second word too of `action: locked ? "session.locked" : "session.refused"`.
    return [...text.matchAll(/action: ([^,}\n]+)/g)].flatMap(([, value = ""]) =>
      [...value.matchAll(/"([a-z]+\.[a-z]+)"/g)].map(([, code = ""]) => code),
    );
  });
  assert.ok(written.includes("session.locked") && written.includes("backup.create"));
  for (const code of written) assert.notEqual(accessActionName(code), undefined, code);
});
