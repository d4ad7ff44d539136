/** Every TypeScript example of the README runs, and its assertions hold. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

const README = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "gbt32960-readme-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const examples = [...README.matchAll(/([^\n]+)\n\n```ts\n([\s\S]*?)```/g)];

test("the README has examples", () => {
  assert.ok(examples.length >= 6);
});

for (const [, title, source] of examples) {
  test(`README: ${title}`, async () => {
    assert.ok(source.includes("assert."), "an example shows what comes out");
    const file = join(folder, `${examples.findIndex(([, each]) => each === title)}.ts`);
    const codec = JSON.stringify(pathToFileURL(join(import.meta.dirname, "mod.ts")).href);
    writeFileSync(file, source.replaceAll('"@sandglass/gbt32960"', codec));
    await import(pathToFileURL(file).href);
  });
}
