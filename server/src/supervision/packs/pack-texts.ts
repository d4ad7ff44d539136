/** Texts of a fork as somebody sends them, before any of them is kept: what is kept is listed, compiled and shown at every start. */
import { PackError } from "@sandglass/triggers";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { isStorable } from "../../http/mod.ts";
import type { PackCompiler } from "./pack-compiler.ts";
import type { PackFiles } from "./pack-info.ts";

const Text = Type.String({ minLength: 1, maxLength: 4_000 });
const Names = Type.Object({ en: Text, zh: Text });
const Day = Type.String({ format: "date" });

/** What a pack says of itself, as far as lists and compilation rely on it. */
const Manifest = Type.Object({
  id: Text,
  // PostgreSQL's integer.
  version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
  title: Names,
  description: Names,
  basis: Type.Array(
    Type.Object({
      text: Text,
      clause: Type.Optional(Text),
      textZh: Type.Optional(Text),
      clauseZh: Type.Optional(Text),
      certainty: Type.Union(["F", "S", "D", "M", "P"].map((each) => Type.Literal(each))),
    }),
  ),
  effective: Type.Object({ from: Day, to: Type.Optional(Day) }),
  triggers: Type.Array(Text),
  tests: Type.Array(Text),
});

/** `pack.json` of a fork: that of its origin, or the one that was sent, under the fork's own id. @throws SG_PACK_TEXTS */
export function manifestOf(files: PackFiles, id: string): string {
  let given: unknown;
  try {
    given = JSON.parse(files["pack.json"] ?? "{}");
  } catch {
    throw refusal(id, "pack.json is not JSON", "pack.json 不是有效的 JSON");
  }
  const manifest = typeof given === "object" && given !== null && !Array.isArray(given) ? { ...given, id } : given;
  if (!Value.Check(Manifest, manifest)) {
    const [first] = Value.Errors(Manifest, manifest);
    const place = first?.instancePath ?? "";
    throw refusal(id, `pack.json${place} ${first?.message ?? "is no manifest"}`, `pack.json${place} 不符合要求`);
  }
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** @throws SG_PACK_TEXTS with the first text that is missing or does not compile */
export function requirePackTexts(id: string, files: PackFiles, compiler: PackCompiler): void {
  const unsound = Object.entries(files).find(([, text]) => !isStorable(text));
  if (unsound !== undefined)
    throw refusal(id, `${unsound[0]} holds characters that are none`, `${unsound[0]} 含无效字符`);
  try {
    compiler.compile(id, files);
  } catch (error) {
    const cause = error instanceof SandglassError ? error.cause : undefined;
    if (!(cause instanceof PackError)) throw error;
    const [first] = cause.errors;
    throw refusal(
      id,
      cause.message,
      first === undefined
        ? `文件缺失或内容不完整（${cause.message}）`
        : `${first.source} 第 ${first.line} 行第 ${first.column} 列：${first.messageZh}`,
    );
  }
}

const refusal = (pack: string, reason: string, reasonZh: string): SandglassError =>
  new SandglassError(ERRORS.PACK_TEXTS, { pack, reason, reasonZh });
