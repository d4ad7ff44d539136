/** Complaints of anyone: filed without an account, answered by an authority, read again with a code only the filer has. */
import { hash, randomBytes } from "node:crypto";
import { sql } from "kysely";
import { dueAt, proposal, type DeadlineRule, type WorkCalendar } from "@sandglass/casework";
import { createId } from "../../access/ids.ts";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import { appendLeaf } from "../../ledger/mod.ts";
import { containing, type Actor, type Tx } from "../../records/mod.ts";

/** P: when a complaint is to be answered. */
export const ANSWER_RULE: DeadlineRule = {
  unit: "workingDay",
  amount: 15,
  from: { en: "the complaint", zh: "收到之日" },
  basis: proposal("R-4.23"),
};

export interface Complaint {
  readonly project?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly contact?: string | undefined;
}

/** @returns the number and the code with which the answer can be read; the code is kept as a digest only */
export async function fileComplaint(tx: Tx, complaint: Complaint, at: number, calendar: WorkCalendar) {
  const id = createId("cmp");
  const code = randomBytes(15).toString("base64url");
  const due = dueAt(ANSWER_RULE, at, calendar);
  if (due === undefined) throw new Error("a complaint has a due time");
  const leaf = await appendLeaf(tx, {
    kind: "complaint",
    subject: id,
    at,
    // Who complains is not in the ledger: what is there cannot be erased.
    content: { complaint: id, project: complaint.project ?? null, text: hash("sha256", complaint.text) },
  });
  await tx
    .insertInto("public_complaints")
    .values({
      id,
      project: complaint.project ?? null,
      subject: complaint.subject,
      text: complaint.text,
      contact: complaint.contact ?? null,
      code_hash: hash("sha256", code),
      received_at: new Date(at),
      due_at: new Date(due),
      answer: null,
      answered_by: null,
      answered_role: null,
      answered_at: null,
      leaf_id: leaf,
    })
    .execute();
  return { id, code, dueAt: due };
}

export interface ComplaintAnswer {
  readonly id: string;
  readonly receivedAt: Date;
  readonly dueAt: Date;
  readonly answer: string | null;
  readonly answeredAt: Date | null;
}

/** @throws SG_NOT_FOUND for a code that nobody was given */
export async function readAnswer(tx: Tx, code: string): Promise<ComplaintAnswer> {
  const { rows } = await sql<{
    readonly id: string;
    readonly received_at: Date;
    readonly due_at: Date;
    readonly answer: string | null;
    readonly answered_at: Date | null;
  }>`select * from complaint_answer(${hash("sha256", code)})`.execute(tx);
  const [row] = rows;
  if (row === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: "complaint" });
  return {
    id: row.id,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    answer: row.answer,
    answeredAt: row.answered_at,
  };
}

/** Newest first, for those who answer. */
export async function listComplaints(
  tx: Tx,
  filter: {
    readonly limit: number;
    readonly below?: bigint | undefined;
    readonly open?: boolean | undefined;
    /** In its subject or text, or its number. */
    readonly text?: string | undefined;
  },
) {
  let query = tx.selectFrom("public_complaints").selectAll().orderBy("ordinal", "desc").limit(filter.limit);
  if (filter.below !== undefined) query = query.where("ordinal", "<", filter.below);
  const { text } = filter;
  if (text !== undefined) {
    const part = containing(text);
    query = query.where((row) =>
      row.or([row("subject", "ilike", part), row("text", "ilike", part), row("id", "=", text)]),
    );
  }
  if (filter.open === true) query = query.where("answered_at", "is", null);
  if (filter.open === false) query = query.where("answered_at", "is not", null);
  return await query.execute();
}

/** @throws SG_NOT_FOUND when there is none, or it has an answer already */
export async function answerComplaint(tx: Tx, actor: Actor, id: string, answer: string, at: number): Promise<void> {
  const answered = await tx
    .updateTable("public_complaints")
    .set({ answer, answered_by: actor.id, answered_role: actor.role, answered_at: new Date(at) })
    .where("id", "=", id)
    .where("answered_at", "is", null)
    .executeTakeFirst();
  if (answered.numUpdatedRows === 0n) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
  await appendLeaf(tx, {
    kind: "complaint-answer",
    subject: id,
    at,
    content: { complaint: id, answer: hash("sha256", answer), by: { id: actor.id, role: actor.role } },
  });
}
