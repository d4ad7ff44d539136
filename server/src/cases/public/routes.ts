/** What needs no account: programmes, the register with its feeds, annual figures, complaints. And, for authorities, the answers. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import {
  actorOf,
  Bilingual,
  decodeCursor,
  decodeOrdinal,
  DEFAULT_LIMIT,
  ErrorAnswer,
  FileAnswer,
  Nullable,
  PAGE_QUERY,
  pageOf,
  PageOf,
  Time,
  toTime,
} from "../../http/mod.ts";
import { SYSTEM_CLOCK, SYSTEM_DOCUMENTS } from "../../records/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { lessonsOf, yearOf } from "../programmes/figures.ts";
import { listCurrent } from "../programmes/store.ts";
import type { ComplaintGate } from "./complaint-gate.ts";
import { answerComplaint, fileComplaint, listComplaints, readAnswer } from "./complaints.ts";
import { findEntry, listRegister, PUBLIC_READER, publicReader, toCsv, type RegisterEntry } from "./register.ts";
import { listReports } from "./reports.ts";

export interface PublicRoutesOptions {
  readonly engine: CaseEngine;
  readonly gate: ComplaintGate;
  /** UTC ms. */
  readonly now: () => number;
}

const Words = Type.String({ pattern: "^[^\\u0000]*$" });
const Entry = Type.Object({
  id: Type.String(),
  programme: Type.Object({ id: Type.String(), version: Type.Integer(), title: Bilingual }),
  stage: Bilingual,
  state: Type.String(),
  stateTitle: Bilingual,
  openedAt: Time,
  startedAt: Nullable(Time),
  since: Time,
  history: Type.Array(Type.Object({ state: Type.String(), title: Bilingual, at: Time })),
  title: Nullable(Type.String()),
  applicant: Nullable(Type.String()),
  summary: Nullable(Type.String()),
  technology: Nullable(Type.String()),
  outcome: Nullable(Bilingual),
  results: Nullable(Type.String()),
});
const ComplaintBody = Type.Object(
  {
    subject: Type.String({ minLength: 3, maxLength: 200, pattern: "^[^\\u0000]*$" }),
    text: Type.String({ minLength: 10, maxLength: 8000, pattern: "^[^\\u0000]*$" }),
    project: Type.Optional(Type.String({ pattern: "^prj_[0-9a-z]{1,30}$" })),
    contact: Type.Optional(Type.String({ maxLength: 200, pattern: "^[^\\u0000]*$" })),
  },
  { additionalProperties: false },
);
const TAGS = ["public"];
const MAX_FEED = 5_000;
const MAX_REPORTS = 500;

export const publicRoutes: FastifyPluginAsyncTypebox<PublicRoutesOptions> = async (app, { engine, gate, now }) => {
  const read = publicReader(engine);
  const open = { config: { public: true } } as const;

  app.get(
    "/public/programmes",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "Sandbox programmes in force",
        response: { 200: Type.Object({ items: Type.Array(Type.Unknown()), next: Type.Null() }) },
      },
    },
    async () => ({ items: (await read((tx) => listCurrent(tx, now()))).map((each) => each.programme), next: null }),
  );

  app.get(
    "/public/register",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "Projects that both sides agreed to show, newest first",
        querystring: Type.Object({ ...PAGE_QUERY, programme: Type.Optional(Type.String({ maxLength: 60 })) }),
        response: { 200: PageOf(Entry), 400: ErrorAnswer },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor, programme } = request.query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, ["number", "string"]);
      const rows = await read((tx) => listRegister(tx, { programme, limit: limit + 1, after }));
      return pageOf(
        rows,
        limit,
        (row) => answerOf(row.entry),
        (row) => [row.publishedAt.getTime(), row.entry.id],
      );
    },
  );

  app.get(
    "/public/register.csv",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "The register as CSV (UTF-8)",
        response: { 200: FileAnswer("The register.", "text/csv") },
      },
    },
    async (_request, reply) => {
      const rows = await read((tx) => listRegister(tx, { limit: MAX_FEED }));
      return reply
        .header("content-type", "text/csv; charset=utf-8")
        .header("content-disposition", 'attachment; filename="sandbox-register.csv"')
        .send(toCsv(rows.map((row) => row.entry)));
    },
  );

  app.get(
    "/public/register/:id",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "One project of the register; its address never changes",
        params: Type.Object({ id: Type.String({ pattern: "^prj_[0-9a-z]{1,30}$" }) }),
        response: { 200: Entry, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const entry = await read((tx) => findEntry(tx, request.params.id));
      if (entry === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: request.params.id });
      return answerOf(entry);
    },
  );

  app.get(
    "/public/programmes/:id/annual/:year",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "Facts of a programme's annual report: figures only, and lessons of projects that are in the register",
        params: Type.Object({
          id: Type.String({ pattern: "^[a-z][a-z0-9-]{2,59}$" }),
          year: Type.Integer({ minimum: 2020, maximum: 2100 }),
        }),
        response: { 200: Type.Unknown(), 404: ErrorAnswer },
      },
    },
    async (request) => {
      const { id, year } = request.params;
      // Counts over all projects: nothing of a single one leaves this but what the register shows.
      return await engine.transact(
        SYSTEM_CLOCK,
        async ({ tx }) => {
          const known = (await listCurrent(tx, now())).find((each) => each.programme.id === id);
          if (known === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
          const { title, version } = known.programme;
          return { title, version, ...(await yearOf(tx, id, year)), lessons: await lessonsOf(tx, id, year) };
        },
        { retry: true },
      );
    },
  );

  app.get(
    "/public/reports",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "Issued reports of programmes, newest first; the pages are at `/public/reports/{id}/file`",
        response: {
          200: Type.Object({
            items: Type.Array(
              Type.Object({
                id: Type.String(),
                number: Type.String(),
                programme: Type.String(),
                title: Bilingual,
                issuedAt: Time,
              }),
            ),
            next: Type.Null(),
          }),
        },
      },
    },
    async () => {
      const reports = await engine.transact(SYSTEM_DOCUMENTS, ({ tx }) => listReports(tx, MAX_REPORTS), {
        retry: true,
      });
      return { items: reports.map((each) => ({ ...each, issuedAt: toTime(each.issuedAt) })), next: null };
    },
  );

  app.post(
    "/public/complaints",
    {
      ...open,
      bodyLimit: 64 * 1024,
      schema: {
        tags: TAGS,
        summary: "File a complaint; the code in the answer is the only key to its outcome",
        body: ComplaintBody,
        response: {
          201: Type.Object({ id: Type.String(), code: Type.String(), dueAt: Time }),
          400: ErrorAnswer,
          429: ErrorAnswer,
        },
      },
    },
    async (request, reply) => {
      gate.take(request.ip);
      const filed = await engine.transact(PUBLIC_READER, (unit) =>
        fileComplaint(unit.tx, request.body, unit.at, engine.foldOptions.calendar),
      );
      return reply.code(201).send({ id: filed.id, code: filed.code, dueAt: toTime(filed.dueAt) });
    },
  );

  app.get(
    "/public/complaints/:code",
    {
      ...open,
      schema: {
        tags: TAGS,
        summary: "What became of a complaint, for who has its code",
        params: Type.Object({ code: Type.String({ pattern: "^[\\w-]{20}$" }) }),
        response: {
          200: Type.Object({
            id: Type.String(),
            receivedAt: Time,
            dueAt: Time,
            answer: Nullable(Words),
            answeredAt: Nullable(Time),
          }),
          404: ErrorAnswer,
        },
      },
    },
    async (request) => {
      const found = await engine.transact(PUBLIC_READER, ({ tx }) => readAnswer(tx, request.params.code));
      return {
        id: found.id,
        receivedAt: found.receivedAt.toISOString(),
        dueAt: found.dueAt.toISOString(),
        answer: found.answer,
        answeredAt: found.answeredAt?.toISOString() ?? null,
      };
    },
  );

  app.get(
    "/complaints",
    {
      schema: {
        tags: TAGS,
        summary: "Complaints, newest first; for those who answer them",
        querystring: Type.Object({
          ...PAGE_QUERY,
          open: Type.Optional(Type.Boolean()),
          q: Type.Optional(
            Type.String({ minLength: 1, maxLength: 100, description: "In the subject or the text, or the number." }),
          ),
        }),
        response: {
          200: PageOf(
            Type.Object({
              id: Type.String(),
              project: Nullable(Type.String()),
              subject: Words,
              text: Words,
              contact: Nullable(Words),
              receivedAt: Time,
              dueAt: Time,
              answer: Nullable(Words),
              answeredAt: Nullable(Time),
            }),
          ),
        },
      },
    },
    async (request) => {
      const { limit = DEFAULT_LIMIT, cursor, open: isOpen, q: text } = request.query;
      const below = cursor === undefined ? undefined : decodeOrdinal(cursor);
      const rows = await engine.transact(
        actorOf(request),
        ({ tx }) => listComplaints(tx, { limit: limit + 1, below, open: isOpen, text }),
        { retry: true },
      );
      return pageOf(
        rows,
        limit,
        (row) => ({
          id: row.id,
          project: row.project,
          subject: row.subject,
          text: row.text,
          contact: row.contact,
          receivedAt: row.received_at.toISOString(),
          dueAt: row.due_at.toISOString(),
          answer: row.answer,
          answeredAt: row.answered_at?.toISOString() ?? null,
        }),
        (row) => [String(row.ordinal)],
      );
    },
  );

  app.post(
    "/complaints/:id/answer",
    {
      schema: {
        tags: TAGS,
        summary: "Answer a complaint, once",
        params: Type.Object({ id: Type.String({ pattern: "^cmp_[0-9a-z]{1,30}$" }) }),
        body: Type.Object(
          { answer: Type.String({ minLength: 3, maxLength: 8000, pattern: "^[^\\u0000]*$" }) },
          { additionalProperties: false },
        ),
        response: { 200: Type.Object({ id: Type.String() }), 403: ErrorAnswer, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      const { id } = request.params;
      await engine.transact(actor, (unit) => answerComplaint(unit.tx, actor, id, request.body.answer, unit.at));
      return { id };
    },
  );
};

/** Lists of the stored entry are read-only; the answer's are not. */
function answerOf(entry: RegisterEntry) {
  return { ...entry, history: [...entry.history] };
}
