/**
 * Compares everything that a data folder keeps with what the ledger says of it. The ledger is verified first, from its
 * exported lines with the public key alone; then cases, segments of frames, documents and attachments against it.
 */
import { createPublicKey, verify } from "node:crypto";
import path from "node:path";
import { verifyExport, type VerifySignature } from "@sandglass/ledger";
import { checkCase, createCases } from "../cases/mod.ts";
import { openHistory } from "../history/mod.ts";
import { EVENT_COLUMNS, observationTable } from "../journal/mod.ts";
import { exportLedger, HASHER, readPublicKey, timestampVerifier } from "../ledger/mod.ts";
import { DiskStore, type ObjectStore } from "../objects/mod.ts";
import { openRecords, SYSTEM_LEDGER, type Records } from "../records/mod.ts";
import { inspectSecrets, type SecretCustody } from "../secrets/mod.ts";

export interface CheckOptions {
  readonly data: string;
  readonly databaseUrl?: string;
  /** Hash every frame again, not only the roots. */
  readonly frames?: boolean;
  /** The store of documents and attachments where it is not in the data folder. */
  readonly objects?: ObjectStore;
}

export interface CheckProblem {
  readonly part: "keys" | "ledger" | "cases" | "history" | "objects";
  readonly what: string;
  readonly detail: string;
}

export interface CheckReport {
  readonly valid: boolean;
  readonly leaves: number;
  /** Root of the last checkpoint, base64. */
  readonly root: string | undefined;
  readonly cases: number;
  readonly segments: number;
  readonly objects: number;
  /** How the secrets of `keys/` are kept. */
  readonly secrets: SecretCustody;
  /** The first hundred. */
  readonly problems: readonly CheckProblem[];
}

const MOST_PROBLEMS = 100;
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

const verifyEd25519: VerifySignature = (publicKey, message, signature) =>
  verify(
    undefined,
    message,
    createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" }),
    signature,
  );

/** @throws SG_RECORDS_IN_USE while a server runs on the folder, and what opening the stores throws */
export async function check(options: CheckOptions): Promise<CheckReport> {
  const data = path.resolve(options.data);
  const problems: CheckProblem[] = [];
  const note = (part: CheckProblem["part"]) => (what: string, detail: string) => {
    if (problems.length < MOST_PROBLEMS) problems.push({ part, what, detail });
  };
  const records = await openRecords({
    dataDir: data,
    ...(options.databaseUrl === undefined ? {} : { databaseUrl: options.databaseUrl }),
  });
  try {
    const { custody: secrets, open } = inspectSecrets(data);
    for (const name of open) note("keys")(name, "it lies in the clear, though others are sealed; a start seals it");
    const { leaves, root } = await checkLedger(records, data, note("ledger"));
    const cases = await checkCases(records, note("cases"));
    const objects = await checkObjects(
      records,
      options.objects ?? new DiskStore(path.join(data, "objects")),
      note("objects"),
    );
    const segments = await checkHistory(records, data, options.frames === true, note("history"));
    return { valid: problems.length === 0, leaves, root, cases, segments, objects, secrets, problems };
  } finally {
    await records.close();
  }
}

type Note = (what: string, detail: string) => void;

async function checkLedger(records: Records, data: string, note: Note) {
  const key = createPublicKey(await readPublicKey(data)).export({ format: "der", type: "spki" });
  const report = await verifyExport(linesOf(records), {
    publicKey: key.subarray(SPKI_PREFIX.length),
    verifySignature: verifyEd25519,
    hasher: HASHER,
    verifyTimestamp: timestampVerifier([]),
  });
  for (const { what, detail, line } of report.problems)
    note(what, line === undefined ? detail : `line ${line}: ${detail}`);
  return { leaves: report.leaves, root: report.root };
}

async function* linesOf(records: Records): AsyncGenerator<Uint8Array> {
  for await (const text of exportLedger(records)) yield Buffer.from(text);
}

async function checkCases(records: Records, note: Note): Promise<number> {
  const { engine } = createCases({ records, now: Date.now, checkTriggerSet: async () => ({ hash: "" }) });
  const ids = await records.transact(SYSTEM_LEDGER, (tx) =>
    tx.selectFrom("cases").select("id").orderBy("id").execute(),
  );
  for (const { id } of ids) {
    const difference = await records.transact(SYSTEM_LEDGER, (tx) => checkCase(engine, tx, id), { retry: true });
    if (difference !== undefined) note(id, difference.reason);
  }
  return ids.length;
}

/** Every document and attachment is in the store, unchanged. */
async function checkObjects(records: Records, store: ObjectStore, note: Note): Promise<number> {
  const keys = await records.transact(SYSTEM_LEDGER, async (tx) => {
    const documents = await tx.selectFrom("documents").select(["id", "files"]).execute();
    const attachments = await tx.selectFrom("attachments").select(["id", "sha256"]).execute();
    return [
      ...documents.flatMap(({ id, files }) => Object.values(files).map((file) => ({ id, key: file.sha256 }))),
      ...attachments.map(({ id, sha256: key }) => ({ id, key })),
    ];
  });
  for (const { id, key } of keys) await store.get(key).catch((error: unknown) => note(id, String(error)));
  return keys.length;
}

/** Roots of segments against their leaves in the ledger, both ways. */
async function checkHistory(records: Records, data: string, frames: boolean, note: Note): Promise<number> {
  const recorded = await records.transact(SYSTEM_LEDGER, async (tx) => {
    const rows = await tx
      .selectFrom("ledger_leaves")
      .select(["subject", "content"])
      .where("kind", "=", "segment")
      .where("subject", "like", "segment:%")
      .execute();
    return new Map(
      rows.map(({ subject, content }) => {
        const { root, rows: count } = (content ?? {}) as { root?: string; rows?: number };
        return [Number(subject?.slice("segment:".length)), { root, rows: count }];
      }),
    );
  });
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const history = await openHistory({
    dataDir: path.join(data, "history"),
    columns: observationTable(),
    eventColumns: EVENT_COLUMNS,
    log,
  });
  try {
    const stored = await history.segmentRoots();
    const present = new Set(stored.map(({ segment }) => segment));
    for (const segment of recorded.keys())
      if (!present.has(segment)) note(`segment ${segment}`, "the ledger has it, the history has not");
    for (const { segment, root, rows } of stored) {
      const leaf = recorded.get(segment);
      // The leaf is written right after; what is missing then is written at the next start.
      if (leaf !== undefined && (leaf.root !== root || leaf.rows !== rows))
        note(
          `segment ${segment}`,
          `the ledger has root ${leaf.root} over ${leaf.rows} frames, the history ${root} over ${rows}`,
        );
      const wrong = frames ? await history.refuteSegment(segment) : undefined;
      if (wrong !== undefined) note(`segment ${segment}`, wrong);
    }
    return stored.length;
  } finally {
    await history.close();
  }
}
