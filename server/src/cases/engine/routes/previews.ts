/** What an action would come to with what is entered so far: asked of the engine, written nowhere. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import {
  apply,
  consequenceOf,
  deadlineOf,
  mayReach,
  owing,
  refusalOf,
  ROLES,
  type RoleCode,
  type Text,
} from "@sandglass/casework";
import { sql } from "kysely";
import { Type, type Static } from "typebox";
import { actorOf as requestActor, Bilingual, Nullable, Time, toTimeOrNull } from "../../../http/mod.ts";
import { creationOf, newestLifecycle, type CaseType } from "../case-type.ts";
import { toCaseActor, type CaseEngine, type Foreseen } from "../engine.ts";
import { actionOf } from "../request.ts";
import { getCase } from "../store.ts";
import { tryOut } from "../trial.ts";
import type { Unit } from "../unit.ts";
import { ActionBody, BasisView, CertaintyCode, codes } from "../view-schema.ts";
import { unknownKind } from "./cases.ts";
import type { EngineRoutesOptions } from "./mod.ts";
import { CaseActionName, KindName, REFUSALS } from "./parameters.ts";

const Titled = Type.Object({ code: Type.String(), title: Bilingual });
const Preview = Type.Object({
  how: codes(
    ["acts", "proposes", "confirms"],
    "proposes: it then waits for a second person, and nothing else follows yet.",
  ),
  state: Nullable(Titled),
  documents: Type.Array(Titled),
  raised: Type.Array(Titled),
  lowered: Type.Array(Titled),
  duties: Type.Array(
    Type.Object({
      ...Titled.properties,
      how: codes(["opened", "met", "cancelled", "reopened", "moved", "paused", "resumed"]),
      bearers: Type.Array(Titled, { description: "Roles that owe it in this case." }),
      dueAt: Nullable(Time),
      basis: BasisView,
      certainty: CertaintyCode,
    }),
  ),
  others: Type.Array(
    Type.Object({ how: codes(["opened", "changed"]), kind: Bilingual, title: Bilingual, state: Bilingual }),
    { description: "Other cases that it opens or changes, as far as the actor sees them." },
  ),
  told: Type.Array(Titled, { description: "Roles that can see the case, of which those are told who may." }),
});
/** A form that is not complete has no consequence yet: what is wrong with it is said as the action itself would say it. */
const ANSWERS = { 200: Preview, ...REFUSALS };

export const previewRoutes: FastifyPluginAsyncTypebox<EngineRoutesOptions> = async (app, { engine }) => {
  app.post(
    "/cases/:id/actions/:name/preview",
    {
      schema: {
        tags: ["cases"],
        summary: "What the action would come to with this input; nothing is recorded, a refusal is that of the action",
        params: CaseActionName,
        body: Type.Union([ActionBody, Type.Null()]),
        response: ANSWERS,
      },
    },
    async (request) => {
      const { id, name } = request.params;
      const { input } = actionOf(request.body);
      const actor = requestActor(request);
      const { kind, view } = await engine.transact(
        actor,
        async (unit) => {
          const stored = await getCase(unit.tx, id);
          await onlyRead(unit);
          return { kind: stored.kind, view: viewOf(engine, await engine.rehearse(unit, stored, name, input)) };
        },
        { retry: true },
      );
      const isReaching = view.how !== "proposes" && engine.typeOf(kind).reaching?.has(name) === true;
      return isReaching ? { ...view, others: [...(await tryOut(engine, actor, id, name, input))] } : view;
    },
  );

  app.post(
    "/case-types/:kind/preview",
    {
      schema: {
        tags: ["cases"],
        summary: "What opening a case of this kind would come to with this input; nothing is recorded",
        params: KindName,
        body: ActionBody,
        response: ANSWERS,
      },
    },
    async (request) => {
      const { kind } = request.params;
      const type = engine.findType(kind);
      if (type === undefined) throw unknownKind(engine, kind);
      const { input } = actionOf(request.body);
      return engine.transact(
        requestActor(request),
        async (unit) => {
          await onlyRead(unit);
          const name = creationOf(newestLifecycle(type));
          return viewOf(engine, continued(engine, unit, type, await engine.rehearseOpening(unit, kind, name, input)));
        },
        { retry: true },
      );
    },
  );
};

/** What a kind checks against the records cannot write either. */
async function onlyRead({ tx }: Unit): Promise<void> {
  await sql`set transaction read only`.execute(tx);
}

/** With the action that follows the first by itself, where the case as it is then takes it. */
function continued(engine: CaseEngine, unit: Unit, { continues }: CaseType, opened: Foreseen): Foreseen {
  const { lifecycle, outcome } = opened;
  const actor = toCaseActor(unit.actor);
  if (continues === undefined || refusalOf(lifecycle, outcome.folded, continues, actor, unit.at) !== undefined)
    return opened;
  const action = { id: "", name: continues, at: unit.at, actor, input: {} };
  const next = apply(lifecycle, outcome.folded, action, engine.foldOptions);
  if (next.kind === "refused") return opened;
  return { ...opened, outcome: { ...next, notices: [...outcome.notices, ...next.notices] } };
}

function viewOf(engine: CaseEngine, { how, lifecycle, before, outcome }: Foreseen): Static<typeof Preview> {
  const consequence = consequenceOf(lifecycle, before, outcome);
  const { state, documents, raised, lowered, duties, told } = consequence;
  const named = (table: { readonly [code: string]: Text | undefined }, code: string): Static<typeof Titled> => ({
    code,
    title: table[code] ?? { en: code, zh: code },
  });
  const extent = lifecycle.extentOf(outcome.folded.data);
  // Which of the roles that the definition names have a part in this case hangs on its programme, parties and experts.
  const roles = (codes: readonly RoleCode[]): Static<typeof Titled>[] =>
    codes
      .filter((code) => mayReach(code, lifecycle.object, "read", extent))
      .map((code) => ({ code, title: ROLES[code].title }));
  return {
    how,
    state: state === undefined ? null : { code: state, title: lifecycle.states[state]!.title },
    documents: documents.map((code) => named(lifecycle.documents, code)),
    raised: raised.map((code) => named(lifecycle.flags, code)),
    lowered: lowered.map((code) => named(lifecycle.flags, code)),
    duties: duties.map(({ how: change, obligation: { code, dueAt, deadline, basis, certainty } }) => ({
      code,
      title: lifecycle.obligations[code]!.title,
      how: change,
      bearers: roles(owing(lifecycle.obligations[code]!.bearers, extent.leads)),
      dueAt: toTimeOrNull(dueAt),
      basis: basis ?? deadlineOf(lifecycle, engine.foldOptions, deadline).basis,
      certainty,
    })),
    told: roles(told),
    others: [],
  };
}
