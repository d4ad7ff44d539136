/** Files that people add to cases: checked, scanned, stored by their hash, in the ledger; read by a link that soon expires. */
import type { Right } from "@sandglass/casework";
import type { Selectable } from "kysely";
import { createId, logAccess, mayActor, personNames, type PersonNames } from "../access/mod.ts";
import type { CaseEngine } from "../cases/mod.ts";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { appendLeaf } from "../ledger/mod.ts";
import type { ObjectStore } from "../objects/mod.ts";
import { SYSTEM_DOCUMENTS, type Actor, type Records, type Tx } from "../records/mod.ts";
import type { AttachmentTable } from "../records/tables/attachments.ts";
import { findInToken, makeToken, TOKEN_MS } from "./download-tokens.ts";
import type { Scanner } from "./scan.ts";
import { typeOf } from "./sniff.ts";

export interface AttachmentsOptions {
  readonly records: Records;
  readonly engine: CaseEngine;
  readonly objects: ObjectStore;
  /** Undefined: files are kept unscanned, and say so. */
  readonly scanner?: Scanner | undefined;
  /** From which the tokens of links are derived. */
  readonly secret: Uint8Array;
  /** Scheme, host and port of the listener that serves files: another origin than the console's. */
  readonly origin: () => string;
  /** UTC ms. */
  readonly now: () => number;
}

export interface Attachment {
  readonly id: string;
  readonly ordinal: bigint;
  readonly caseId: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly scannedBy: string | undefined;
  readonly by: {
    readonly id: string;
    readonly account: string | undefined;
    readonly role: string;
    readonly organisation: string;
  };
  /** UTC ms. */
  readonly at: number;
  readonly leaf: string;
}

/** Who takes part in a case may add to it; who only reads or comments may not. */
const TAKES_PART: readonly Right[] = ["write", "decide", "supervise", "propose", "advise", "repair", "confirm"];
// oxlint-disable-next-line no-control-regex -- names go into headers
const NAME = /^[^/\\\u0000-\u001f\u007f]{1,200}$/;

export class Attachments {
  readonly #options: AttachmentsOptions;

  constructor(options: AttachmentsOptions) {
    this.#options = options;
  }

  /**
   * The same file under the same name is added once.
   * @throws SG_NOT_FOUND for a case that the actor may not see, SG_FORBIDDEN, SG_ATTACHMENT_NAME, SG_ATTACHMENT_TYPE,
   *   SG_ATTACHMENT_INFECTED, SG_ATTACHMENT_SCANNER, SG_OBJECT_STORE
   */
  async add(
    actor: Actor,
    caseId: string,
    name: string,
    bytes: Uint8Array,
  ): Promise<{ readonly added: Attachment; readonly names: PersonNames }> {
    const { records, objects, scanner } = this.#options;
    if (!NAME.test(name) || name.trim() !== name) throw new SandglassError(ERRORS.ATTACHMENT_NAME);
    await records.transact(actor, (tx) => this.#requirePart(tx, actor, caseId), { retry: true });
    const type = await typeOf(name, bytes);
    await scanner?.scan(name, bytes);
    const sha256 = await objects.put(bytes);
    const file = { name, type, bytes: bytes.length, sha256, scannedBy: scanner?.name };
    return records.transact(
      actor,
      async (tx) => {
        const added = await this.#insert(tx, actor, caseId, file);
        return { added, names: await personNames(tx, [added.by.id]) };
      },
      { retry: true },
    );
  }

  /** In the order in which they were added, with the names that the actor may know. @throws SG_NOT_FOUND for a case that they may not see */
  list(actor: Actor, caseId: string): Promise<{ readonly found: Attachment[]; readonly names: PersonNames }> {
    return this.#options.records.transact(
      actor,
      async (tx) => {
        await getVisible(tx, caseId);
        const rows = await tx
          .selectFrom("attachments")
          .selectAll()
          .where("case_id", "=", caseId)
          .orderBy("ordinal")
          .execute();
        const found = rows.map(toAttachment);
        const names = await personNames(
          tx,
          found.map(({ by }) => by.id),
        );
        return { found, names };
      },
      { retry: true },
    );
  }

  /** An address that opens the file for a minute; asking for it is logged. @throws SG_NOT_FOUND */
  link(actor: Actor, id: string): Promise<{ readonly url: string; readonly expiresAt: number }> {
    const { records, secret, origin, now } = this.#options;
    return records.transact(actor, async (tx) => {
      const { case_id: subject } = await getRow(tx, id);
      await logAccess(tx, actor, { action: "read.case", subject, detail: { attachment: id } });
      const at = now();
      return { url: `${origin()}/files/${makeToken(secret, id, at)}`, expiresAt: at + TOKEN_MS };
    });
  }

  /** What a link opens. @throws SG_NOT_FOUND also when the link is too old */
  async open(token: string): Promise<{ readonly attachment: Attachment; readonly bytes: Uint8Array }> {
    const { records, secret, now, objects } = this.#options;
    const id = findInToken(secret, token, now());
    if (id === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "file" });
    const row = await records.transact(SYSTEM_DOCUMENTS, (tx) => getRow(tx, id), { retry: true });
    return { attachment: toAttachment(row), bytes: await objects.get(row.sha256) };
  }

  async #requirePart(tx: Tx, actor: Actor, caseId: string): Promise<void> {
    const { kind } = await getVisible(tx, caseId);
    const [{ object }] = this.#options.engine.typeOf(kind).lifecycles;
    if (!TAKES_PART.some((right) => mayActor(actor, object, right)))
      throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object, right: "write" });
  }

  async #insert(
    tx: Tx,
    actor: Actor,
    caseId: string,
    file: Pick<Attachment, "name" | "type" | "bytes" | "sha256" | "scannedBy">,
  ): Promise<Attachment> {
    await this.#requirePart(tx, actor, caseId);
    const twin = await tx
      .selectFrom("attachments")
      .selectAll()
      .where("case_id", "=", caseId)
      .where("sha256", "=", file.sha256)
      .where("name", "=", file.name)
      .executeTakeFirst();
    if (twin !== undefined) return toAttachment(twin);
    const id = createId("att");
    const { organisations, regions } = await getVisible(tx, caseId);
    const leaf = await appendLeaf(tx, {
      kind: "attachment",
      subject: id,
      content: { case: caseId, sha256: file.sha256, bytes: file.bytes, type: file.type, by: actor.id },
      ...(organisations[0] === undefined ? {} : { organisation: organisations[0] }),
      ...(regions[0] === undefined ? {} : { region: regions[0] }),
    });
    const row = await tx
      .insertInto("attachments")
      .values({
        id,
        case_id: caseId,
        name: file.name,
        type: file.type,
        bytes: BigInt(file.bytes),
        sha256: file.sha256,
        scanned_by: file.scannedBy ?? null,
        actor_id: actor.id,
        actor_account: actor.account ?? null,
        actor_role: actor.role,
        organisation: actor.organisation,
        at: new Date(this.#options.now()),
        leaf_id: leaf,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toAttachment(row);
  }
}

/** @throws SG_NOT_FOUND also when it is hidden from the actor */
async function getVisible(tx: Tx, caseId: string) {
  const row = await tx
    .selectFrom("cases")
    .select(["kind", "organisations", "regions"])
    .where("id", "=", caseId)
    .executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: caseId });
  return row;
}

async function getRow(tx: Tx, id: string): Promise<Selectable<AttachmentTable>> {
  const row = await tx.selectFrom("attachments").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  return row;
}

function toAttachment(row: Selectable<AttachmentTable>): Attachment {
  return {
    id: row.id,
    ordinal: row.ordinal,
    caseId: row.case_id,
    name: row.name,
    type: row.type,
    bytes: Number(row.bytes),
    sha256: row.sha256,
    scannedBy: row.scanned_by ?? undefined,
    by: {
      id: row.actor_id,
      account: row.actor_account ?? undefined,
      role: row.actor_role,
      organisation: row.organisation,
    },
    at: row.at.getTime(),
    leaf: row.leaf_id,
  };
}
