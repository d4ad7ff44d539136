/** Shapes of the API for drafts and publications; those of backtests are in backtest-schema.ts. */
import { Type, type Static } from "typebox";
import { MAX_COUNT, Nullable, Time } from "../http/mod.ts";
import { DRAFT_STATES } from "../records/tables/rulebook.ts";
import type { Draft } from "./drafts.ts";
import { Governance, MAX_TESTS, type TestRun } from "./governance.ts";
import type { Publication } from "./publications.ts";

export const RuleText = Type.String({ minLength: 1, maxLength: 200_000 });
const Title = Type.String({ minLength: 1, maxLength: 200 });
export const Reason = Type.String({ minLength: 5, maxLength: 2000 });
export const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });

const Tests = Type.String({ maxLength: MAX_TESTS, description: "JSON as in NAME.tests.json; empty = none." });
const CONTENT = { title: Title, text: RuleText, tests: Type.Optional(Tests), governance: Type.Optional(Governance) };

export const DraftBody = Type.Object(CONTENT, { additionalProperties: false });
export const DraftChange = Type.Object(
  { ...CONTENT, revision: Type.Integer({ minimum: 1, maximum: MAX_COUNT }) },
  { additionalProperties: false },
);
export const TestBody = Type.Object({ text: RuleText, tests: Tests }, { additionalProperties: false });
export const TestAnswer = Type.Object({
  problem: Nullable(Type.String({ description: "Why no case could be run." })),
  results: Type.Array(
    Type.Object({ name: Type.String(), problem: Nullable(Type.String({ description: "null = passed." })) }),
  ),
});

export function testAnswer({ problem, results }: TestRun): Static<typeof TestAnswer> {
  return {
    problem: problem ?? null,
    results: results.map((result) => ({ name: result.name, problem: result.problem ?? null })),
  };
}

export const PublishBody = Type.Object(
  { backtest: Type.String({ maxLength: 100 }), reason: Reason },
  { additionalProperties: false },
);
export const EndBody = Type.Object({ reason: Reason }, { additionalProperties: false });

export const literal = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: "string", enum: [...values] });

export const DraftAnswer = Type.Object({
  id: Type.String(),
  title: Type.String(),
  text: Type.String(),
  tests: Type.String(),
  governance: Governance,
  state: literal(DRAFT_STATES),
  revision: Type.Integer(),
  setHash: Nullable(Type.String({ description: "null while the text does not compile." })),
  author: Nullable(Type.String()),
  organisation: Type.String(),
  isYours: Type.Boolean({ description: "Written or changed by who asks, who therefore does not publish it." }),
  createdAt: Time,
  updatedAt: Time,
});

export function draftAnswer(draft: Draft, reader: string): Static<typeof DraftAnswer> {
  return {
    id: draft.id,
    title: draft.title,
    text: draft.text,
    tests: draft.tests,
    governance: draft.governance as Governance,
    state: draft.state,
    revision: draft.revision,
    setHash: draft.set_hash,
    author: draft.author_account,
    organisation: draft.organisation,
    isYours: draft.author === reader || draft.writers.includes(reader),
    createdAt: draft.created_at.toISOString(),
    updatedAt: draft.updated_at.toISOString(),
  };
}

export const PublicationAnswer = Type.Object({
  id: Type.String(),
  draft: Type.String(),
  backtest: Type.String(),
  text: Type.String(),
  tests: Type.String(),
  governance: Governance,
  setHash: Type.String(),
  publisher: Nullable(Type.String()),
  reason: Type.String(),
  publishedAt: Time,
  endedAt: Nullable(Time),
  leaf: Type.String(),
});

export function publicationAnswer(publication: Publication): Static<typeof PublicationAnswer> {
  return {
    id: publication.id,
    draft: publication.draft,
    backtest: publication.backtest,
    text: publication.text,
    tests: publication.tests,
    governance: publication.governance as Governance,
    setHash: publication.set_hash,
    publisher: publication.publisher_account,
    reason: publication.reason,
    publishedAt: publication.published_at.toISOString(),
    endedAt: publication.ended_at?.toISOString() ?? null,
    leaf: publication.leaf_id,
  };
}
