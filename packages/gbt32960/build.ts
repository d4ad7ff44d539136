/**
 * Makes the package that is published: JavaScript, type declarations, schema, README, and a package.json whose exports
 * point to them. `node packages/gbt32960/build.ts [OUT]`; `npm pack --ignore-scripts=false` in this folder does it by
 * itself (pack.ts). Inside this repository the sources are used as they are.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const HERE = import.meta.dirname;
const ROOT = join(HERE, "../..");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
}

/** The package.json of what is published. */
export interface BuiltManifest extends Manifest {
  readonly type: "module";
  readonly sideEffects: boolean;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly types: string;
  readonly engines: { readonly node: string };
}

/** Writes the package into `out`, which is made anew. */
export function buildPackage(out: string): void {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), "gbt32960-"));
  const config = join(work, "tsconfig.json");
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        rewriteRelativeImportExtensions: true,
        declaration: true,
        outDir: out,
        rootDir: join(HERE, "src"),
        // No types of Node: what needs them would not run in a browser.
        types: [],
        lib: ["es2024", "dom"],
      },
      include: [],
      files: [join(HERE, "src/mod.ts")],
    }),
  );
  try {
    execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", config], { stdio: "pipe" });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  const { name, version, description, license } = JSON.parse(
    readFileSync(join(HERE, "package.json"), "utf8"),
  ) as Manifest;
  const manifest: BuiltManifest = {
    name,
    version,
    description,
    license,
    type: "module",
    sideEffects: false,
    exports: {
      ".": { types: "./mod.d.ts", default: "./mod.js" },
      "./schema": "./frame.schema.json",
      "./package.json": "./package.json",
    },
    types: "./mod.d.ts",
    engines: { node: ">=20" },
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  copyFileSync(join(HERE, "schema/frame.schema.json"), join(out, "frame.schema.json"));
  copyFileSync(join(HERE, "README.md"), join(out, "README.md"));
  copyFileSync(join(ROOT, "LICENSE"), join(out, "LICENSE"));
}

if (import.meta.main) buildPackage(process.argv[2] ?? join(HERE, "dist"));
