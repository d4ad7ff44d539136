/** `/case-types`: what kinds of cases there are and how they run; what a generic form and page are made from. */
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { deadlineOf, ladderOf, refusalOf, type Lifecycle } from "@sandglass/casework";
import { Type, type Static } from "typebox";
import { ERRORS, SandglassError } from "../../../errors/mod.ts";
import { Bilingual, ErrorAnswer, MAX_COUNT, Nullable, actorOf as requestActor } from "../../../http/mod.ts";
import { creationOf, newestLifecycle, type CaseType } from "../case-type.ts";
import { toCaseActor, type CaseEngine } from "../engine.ts";
import { BasisView } from "../view-schema.ts";
import { unknownKind } from "./cases.ts";
import type { EngineRoutesOptions } from "./mod.ts";
import { KindName } from "./parameters.ts";

const Creation = Type.Object({
  name: Type.String(),
  title: Bilingual,
  input: Type.Unknown({ description: "Plain JSON Schema; `x-zh` is the Chinese label, `x-choices` names codes." }),
  basis: BasisView,
  allowed: Type.Boolean({ description: "Whether the actor's role may open one." }),
});
const TypeLine = Type.Object({
  kind: Type.String(),
  title: Bilingual,
  version: Type.Integer({ description: "The version a new case starts with." }),
  versions: Type.Array(Type.Integer()),
  creation: Creation,
});
const Titled = Type.Object({ code: Type.String(), title: Bilingual });
const TypeView = Type.Object({
  ...TypeLine.properties,
  stages: Type.Array(Titled),
  states: Type.Array(Type.Object({ ...Titled.properties, stage: Type.String(), end: Nullable(Type.String()) })),
  flags: Type.Array(Titled),
  documents: Type.Array(Titled),
  actions: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Bilingual,
      from: Type.Array(Type.String()),
      to: Type.Array(Type.String(), { description: "Empty when it keeps the state." }),
      roles: Type.Array(Type.String()),
      fourEyes: Type.Boolean(),
      issues: Type.Array(Type.String(), { description: "Documents that it always issues." }),
      mayIssue: Type.Array(Type.String(), { description: "Documents that it issues in some cases." }),
      opens: Type.Array(Type.String(), { description: "Duties that it always opens." }),
      mayOpen: Type.Array(Type.String(), { description: "Duties that it opens in some cases." }),
      meets: Type.Array(Type.String(), { description: "Duties that it fulfils, in some cases or always." }),
      requires: Type.Array(Type.String()),
      input: Type.Unknown({ description: "Plain JSON Schema of what it takes." }),
      basis: BasisView,
    }),
  ),
  obligations: Type.Array(
    Type.Object({
      ...Titled.properties,
      bearers: Type.Array(Type.String()),
      unit: Type.String(),
      amount: Type.Number(),
      from: Bilingual,
      basis: BasisView,
      pausedIn: Type.Array(Type.String()),
      ladder: Type.Array(
        Type.Object({
          code: Type.String(),
          when: Type.String(),
          unit: Type.String(),
          amount: Type.Number(),
          notify: Type.Array(Type.String()),
          action: Nullable(Type.String()),
          basis: BasisView,
        }),
      ),
    }),
  ),
});

export const caseTypeRoutes: FastifyPluginAsyncTypebox<EngineRoutesOptions> = async (app, { engine, now }) => {
  app.get(
    "/case-types",
    {
      schema: {
        tags: ["cases"],
        summary: "The kinds of cases",
        response: { 200: Type.Object({ items: Type.Array(TypeLine), next: Type.Null() }) },
      },
    },
    async (request) => {
      const { role } = toCaseActor(requestActor(request), "read");
      return { items: engine.types.map((type) => lineOfType(type, role, now())), next: null };
    },
  );

  app.get(
    "/case-types/:kind",
    {
      schema: {
        tags: ["cases"],
        summary: "One kind: states, actions, duties with their legal basis, documents",
        params: KindName,
        querystring: Type.Object({ version: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_COUNT })) }),
        response: { 200: TypeView, 404: ErrorAnswer },
      },
    },
    async (request) => {
      const { kind } = request.params;
      const type = engine.findType(kind);
      if (type === undefined) throw unknownKind(engine, kind);
      const { version = newestLifecycle(type).version } = request.query;
      const lifecycle = type.lifecycles.find((each) => each.version === version);
      if (lifecycle === undefined)
        throw new SandglassError(ERRORS.CASE_VERSION, {
          kind,
          version,
          possible: type.lifecycles.map((each) => String(each.version)),
        });
      const { role } = toCaseActor(requestActor(request), "read");
      return { ...lineOfType(type, role, now()), ...definitionOf(engine, lifecycle) };
    },
  );
};

function lineOfType(
  type: CaseType,
  role: Parameters<typeof refusalOf>[3]["role"],
  now: number,
): Static<typeof TypeLine> {
  const lifecycle = newestLifecycle(type);
  const name = creationOf(lifecycle);
  const { title, input, basis } = lifecycle.actions[name]!;
  const actor = { id: "", role };
  return {
    kind: type.kind,
    title: lifecycle.title,
    version: lifecycle.version,
    versions: type.lifecycles.map((each) => each.version),
    creation: { name, title, input, basis, allowed: refusalOf(lifecycle, undefined, name, actor, now) === undefined },
  };
}

type AnyEffect = NonNullable<Lifecycle["actions"][string]["effects"]>[number];

/** Codes of what effects always do, and of what they do in some cases. @param codeOf undefined for effects of another kind */
function byCondition(
  effects: readonly AnyEffect[],
  codeOf: (effect: AnyEffect) => string | undefined,
): { readonly always: string[]; readonly sometimes: string[] } {
  const codes = (isConditional: boolean): string[] =>
    effects.flatMap((effect) => ((effect.when !== undefined) === isConditional ? (codeOf(effect) ?? []) : []));
  return { always: codes(false), sometimes: codes(true) };
}

function definitionOf(
  engine: CaseEngine,
  lifecycle: Lifecycle,
): Omit<Static<typeof TypeView>, keyof Static<typeof TypeLine>> {
  const titled = (table: { readonly [code: string]: { readonly en: string; readonly zh: string } }) =>
    Object.entries(table).map(([code, title]) => ({ code, title }));
  return {
    stages: lifecycle.stages.map(({ code, title }) => ({ code, title })),
    states: Object.entries(lifecycle.states).map(([code, { title, stage, end }]) => ({
      code,
      title,
      stage,
      end: end ?? null,
    })),
    flags: titled(lifecycle.flags),
    documents: titled(lifecycle.documents),
    actions: Object.entries(lifecycle.actions).map(([name, definition]) => {
      const { title, from, to, roles, fourEyes, requires = [], effects = [], input, basis } = definition;
      const documents = byCondition(effects, (effect) => (effect.kind === "issue" ? effect.document : undefined));
      const duties = byCondition(effects, (effect) => (effect.kind === "open" ? effect.obligation : undefined));
      const met = effects.flatMap((effect) => (effect.kind === "meet" ? effect.obligation : []));
      return {
        name,
        title,
        from: from === "nothing" ? [] : [...from],
        to: to === "same" ? [] : typeof to === "string" ? [to] : [...to],
        roles: [...roles],
        fourEyes: fourEyes !== undefined,
        issues: documents.always,
        mayIssue: documents.sometimes,
        opens: duties.always,
        mayOpen: duties.sometimes,
        meets: [...new Set(met)],
        requires: [...requires],
        input,
        basis,
      };
    }),
    obligations: Object.entries(lifecycle.obligations).map(([code, definition]) => {
      const { unit, amount, from, basis } = deadlineOf(lifecycle, engine.foldOptions, definition.deadline);
      return {
        code,
        title: definition.title,
        bearers: [...definition.bearers],
        unit,
        amount,
        from,
        basis,
        pausedIn: [...(definition.pausedIn ?? [])],
        ladder: ladderOf(definition).map((step) => ({
          code: step.code,
          when: step.when,
          unit: step.unit,
          amount: step.amount,
          notify: [...step.notify],
          action: step.action ?? null,
          basis: step.basis,
        })),
      };
    }),
  };
}
