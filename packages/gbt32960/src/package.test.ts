/** The package as it is published: built, bundled for a browser, run where code from strings is forbidden. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import type * as Vite from "vite";
import { buildPackage, type BuiltManifest } from "../build.ts";
import { usePackageToPublish, useSources } from "../pack.ts";
import type * as Codec from "./mod.ts";
import { decodeFrame, fieldsOf } from "./mod.ts";
import { toHex } from "./text.ts";
import { randomReport, seeded } from "../testing/fixtures.ts";

const out = mkdtempSync(join(tmpdir(), "gbt32960-package-"));
after(() => rmSync(out, { recursive: true, force: true }));
buildPackage(out);

const frames = Array.from({ length: 40 }, (_, i) => randomReport(seeded(i), i % 2 === 0 ? 2016 : 2025));

test("the sources import nothing but each other", () => {
  for (const name of readdirSync(join(import.meta.dirname), { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts") || name.endsWith(".test.ts")) continue;
    const source = readFileSync(join(import.meta.dirname, name), "utf8");
    for (const [, from] of source.matchAll(/from "([^"]+)"/g))
      assert.match(from, /^\.\.?\//, `${name} imports ${from}`);
    assert.doesNotMatch(source, /\b(?:process|Buffer|require)\s*[.(]/, name);
  }
});

test("the built package has types, schema and exports that are there, and works by its name", async () => {
  const manifest = JSON.parse(readFileSync(join(out, "package.json"), "utf8")) as {
    exports: Record<string, string | Record<string, string>>;
  };
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  for (const target of targets) assert.ok(readFileSync(join(out, target)).length > 0, target);
  const built = (await import(pathToFileURL(join(out, "mod.js")).href)) as typeof Codec;
  for (const frame of frames) assert.deepEqual(built.decodeFrame(frame), decodeFrame(frame));
  assert.match(readFileSync(join(out, "mod.d.ts"), "utf8"), /export declare function decodeFrame/);
});

test("the declarations need no newer library than ES2020, and none of Node", () => {
  const folder = mkdtempSync(join(tmpdir(), "gbt32960-types-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(
    join(folder, "user.ts"),
    `import { CodecError, decodeFrame } from ${JSON.stringify(join(out, "mod.js"))};
     export const kindOf = (bytes: Uint8Array): string => decodeFrame(bytes).kind;
     export const codeOf = (error: unknown) => (error instanceof CodecError ? error.code : undefined);`,
  );
  const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
  const options = [
    "--noEmit",
    "--strict",
    "--ignoreConfig",
    "--types",
    "",
    "--module",
    "esnext",
    "--moduleResolution",
    "bundler",
  ];
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(dirname(compiler), "bin/tsc"), ...options, "--target", "es2020", "--lib", "es2020,dom", "user.ts"],
    { cwd: folder, encoding: "utf8" },
  );
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

test("what npm packs is the built package; the manifest of the repository comes back", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gbt32960-pack-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const own = join(import.meta.dirname, "../package.json");
  copyFileSync(own, join(folder, "package.json"));
  usePackageToPublish(folder);
  const packed = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as BuiltManifest & {
    private?: boolean;
    files: string[];
  };
  assert.deepEqual([packed.private, packed.files[0]], [undefined, "dist"]);
  for (const target of Object.values(packed.exports).flatMap((each) =>
    typeof each === "string" ? [each] : Object.values(each),
  ))
    assert.ok(existsSync(join(folder, target)), target);
  useSources(folder);
  assert.deepEqual(readdirSync(folder), ["package.json"]);
  assert.equal(readFileSync(join(folder, "package.json"), "utf8"), readFileSync(own, "utf8"));
});

test("bundled for a browser it runs without Node, also where code from strings is forbidden; its size is the one stated", async () => {
  const require = createRequire(join(import.meta.dirname, "../../../console/package.json"));
  const vite = (await import(pathToFileURL(require.resolve("vite")).href)) as typeof Vite;
  const built = await vite.build({
    configFile: false,
    root: out,
    logLevel: "silent",
    build: { write: false, minify: true, lib: { entry: join(out, "mod.js"), formats: ["iife"], name: "codec" } },
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  assert.ok("output" in bundle);
  const { code } = bundle.output[0];
  for (const strings of [true, false]) {
    // What browsers have, and nothing of Node.
    const context = createContext({ TextDecoder, TextEncoder }, { codeGeneration: { strings, wasm: false } });
    runInContext(code, context);
    const codec = (context as { codec?: typeof Codec }).codec ?? (runInContext("codec", context) as typeof Codec);
    for (const frame of frames) {
      const message = codec.decodeFrame(frame);
      assert.equal(JSON.stringify(message), JSON.stringify(decodeFrame(frame)));
      assert.equal(toHex(codec.encodeFrame(message)), toHex(frame));
      assert.equal(JSON.stringify(codec.fieldsOf(frame)), JSON.stringify(fieldsOf(frame)));
    }
    const decode = codec.createColumnDecoder({ "vehicle.speed": { scalar: 0 } });
    const sink = { scalars: [{ ticks: new Uint16Array(1), reasons: new Uint8Array(1).fill(1) }], lists: [] };
    assert.equal(decode(frames[0], sink, 0).ok, true);
  }
  const [, minified, compressed] = /(\d+) kB minified, (\d+) kB compressed/.exec(
    readFileSync(join(out, "README.md"), "utf8"),
  ) ?? [undefined, "0", "0"];
  const kilobytes = (bytes: number, stated: string, what: string) =>
    assert.ok(Math.abs(bytes / 1000 - Number(stated)) < 2, `${bytes} bytes ${what}, README says ${stated} kB`);
  kilobytes(code.length, minified, "minified");
  kilobytes(gzipSync(code, { level: 9 }).length, compressed, "compressed");
});
