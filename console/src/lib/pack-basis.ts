import type { PackManifest } from "@sandglass/triggers";

/** One thing that a rule pack rests on, document and clause in one line. */
export interface PackBasis {
  readonly text: { readonly en: string; readonly zh: string };
  readonly certainty: string;
}

/** What `pack.json` among the files of a pack says it rests on; what has no Chinese words of its own reads the same in both languages. */
export function packBasis(files: Readonly<Record<string, string>>): PackBasis[] {
  const { basis } = JSON.parse(files["pack.json"] ?? '{"basis":[]}') as Pick<PackManifest, "basis">;
  return basis.map(({ text, textZh = text, clause = "", clauseZh = clause, certainty }) => ({
    text: { en: `${text} ${clause}`.trim(), zh: `${textZh} ${clauseZh}`.trim() },
    certainty,
  }));
}
