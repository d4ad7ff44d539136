/** Appending to the ledger, in the transaction of what is recorded. */
import { randomBytes } from "node:crypto";
import { canonicalJson, commit, LedgerError, SALT_BYTES, type JsonValue } from "@sandglass/ledger";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import type { Tx } from "../records/mod.ts";
import { HASHER } from "./hasher.ts";
import { createLeafId } from "./leaf-id.ts";

export interface LeafInput {
  /** What kind of thing happened: `finding`, `case-action`, `segment`, … (lower case, dashes). */
  readonly kind: string;
  /** Opaque id of what it is about; never a VIN. */
  readonly subject: string;
  readonly content: JsonValue;
  /** Whose it is: decides who may read the content besides those who see everything. */
  readonly organisation?: string;
  readonly region?: string;
  /** When it was recorded, UTC ms; now by default. */
  readonly at?: number;
}

/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const CHUNK = 1_000;

/**
 * Writes a leaf; it gets its number from the sequencer after the commit, within about a second.
 * Throws SG_LEDGER_CONTENT for content without a JSON form.
 */
export async function appendLeaf(tx: Tx, leaf: LeafInput): Promise<string> {
  return (await appendLeaves(tx, [leaf]))[0];
}

/** As appendLeaf for several leaves at once; they are numbered in the given order. */
export async function appendLeaves(tx: Tx, leaves: readonly LeafInput[]): Promise<string[]> {
  if (leaves.length === 0) return [];
  const rows = leaves.map((leaf) => {
    const salt = randomBytes(SALT_BYTES);
    return {
      id: createLeafId(),
      at: new Date(leaf.at ?? Date.now()),
      kind: leaf.kind,
      subject: leaf.subject,
      content: contentText(leaf.content),
      salt,
      commitment: Buffer.from(commit({ subject: leaf.subject, content: leaf.content, salt }, HASHER)),
      organisation: leaf.organisation ?? null,
      region: leaf.region ?? null,
    };
  });
  for (let from = 0; from < rows.length; from += CHUNK) {
    await tx
      .insertInto("ledger_leaves")
      .values(rows.slice(from, from + CHUNK))
      .execute();
  }
  return rows.map((row) => row.id);
}

/** U+0000 has a JSON form, but PostgreSQL's jsonb cannot hold it. */
function contentText(content: JsonValue): string {
  try {
    const text = canonicalJson(content);
    if (text.includes("\\u0000")) throw new LedgerError("SG_LEDGER_NOT_JSON", "a string holds U+0000");
    return text;
  } catch (cause) {
    if (!(cause instanceof LedgerError)) throw cause;
    throw new SandglassError(ERRORS.LEDGER_CONTENT, { reason: cause.message }, { cause });
  }
}
