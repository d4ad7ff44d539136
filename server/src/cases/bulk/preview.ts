/** What an action on many cases would come to, case by case, asked of the engine and written nowhere. */
import { possibleActions, type Json, type PossibleAction } from "@sandglass/casework";
import { sql } from "kysely";
import type { Actor } from "../../records/mod.ts";
import type { BulkPreview } from "../../records/tables/bulk.ts";
import { toCaseActor, type CaseEngine } from "../engine/engine.ts";
import { newestLifecycle } from "../engine/case-type.ts";
import type { StoredCase } from "../engine/store.ts";
import type { Unit } from "../engine/unit.ts";
import { refusalOfError, type KeptRefusal } from "./refusal.ts";
import { selectCases, type Selection } from "./selection.ts";

export interface BulkRequest {
  readonly selection: Selection;
  readonly kind: string;
  readonly action: string;
  /** For every case; what `inputs` says of one case is put over it. */
  readonly input: { readonly [field: string]: Json | undefined };
  readonly inputs: { readonly [caseId: string]: { readonly [field: string]: Json | undefined } };
  readonly purpose: string | undefined;
}

export interface PreviewedCase {
  readonly id: string;
  readonly version: number;
  /** Set where it is other than that of the request. */
  readonly input: Json | undefined;
  readonly preview: BulkPreview;
  readonly refusal: KeptRefusal | undefined;
}

/** Errors as `selectCases`; what a single case says against the action is in its line. */
export function previewCases(
  engine: CaseEngine,
  actor: Actor,
  request: BulkRequest,
): Promise<readonly PreviewedCase[]> {
  return engine.transact(
    actor,
    async (unit) => {
      const selected = await selectCases(engine, unit, request.selection);
      // What a kind checks against the records cannot write either.
      await sql`set transaction read only`.execute(unit.tx);
      const previewed: PreviewedCase[] = [];
      for (const stored of selected) previewed.push(await previewCase(engine, unit, stored, request));
      return previewed;
    },
    { retry: true },
  );
}

async function previewCase(
  engine: CaseEngine,
  unit: Unit,
  stored: StoredCase,
  { kind, action, input, inputs }: BulkRequest,
): Promise<PreviewedCase> {
  const own = Object.hasOwn(inputs, stored.id) ? { ...input, ...inputs[stored.id] } : undefined;
  const line = { id: stored.id, version: stored.folded.version, input: own };
  if (stored.kind !== kind) return { ...line, preview: "refused", refusal: otherKind(engine, stored.kind) };
  try {
    const { how } = await engine.rehearse(unit, stored, action, own ?? input);
    return { ...line, preview: how, refusal: undefined };
  } catch (cause) {
    const refusal = refusalOfError(cause);
    if (refusal === undefined) throw cause;
    return { ...line, preview: refusal.code === "SG_CASE_INPUT" ? "input" : "refused", refusal };
  }
}

function otherKind(engine: CaseEngine, kind: string): KeptRefusal {
  const { title } = newestLifecycle(engine.typeOf(kind));
  return {
    code: "SG_ACTION_NOT_POSSIBLE",
    reason: { en: `It is of another kind: ${title.en}`, zh: `案件类型不同：${title.zh}` },
  };
}

/** An action that at least one of the cases offers the actor now. */
export interface BulkChoice {
  readonly kind: string;
  readonly action: PossibleAction;
  /** How many of the cases offer it. */
  readonly count: number;
  /** One of them is about a vehicle, and so about a person. */
  readonly isPersonal: boolean;
}

/** The actions to choose from, those first that most of the cases offer. Errors as `selectCases`. */
export function choicesOf(
  engine: CaseEngine,
  actor: Actor,
  selection: Selection,
): Promise<{ readonly total: number; readonly choices: readonly BulkChoice[] }> {
  return engine.transact(
    actor,
    async (unit) => {
      const selected = await selectCases(engine, unit, selection);
      const caseActor = toCaseActor(actor, "read");
      const found = new Map<string, BulkChoice & { readonly version: number }>();
      for (const stored of selected) {
        const lifecycle = engine.lifecycleOf(stored);
        const hasVehicle = engine.typeOf(stored.kind).fieldsOf(stored.folded.data).vehicles.length > 0;
        for (const action of possibleActions(lifecycle, stored.folded, caseActor, unit.at)) {
          const key = `${stored.kind} ${action.name}`;
          const { count = 0, version = 0, action: known = action, isPersonal = false } = found.get(key) ?? {};
          // The form is that of the newest version among the cases; each case checks its own.
          const newest = lifecycle.version > version ? action : known;
          found.set(key, {
            kind: stored.kind,
            action: newest,
            count: count + 1,
            isPersonal: isPersonal || hasVehicle,
            version: Math.max(version, lifecycle.version),
          });
        }
      }
      return { total: selected.length, choices: [...found.values()].sort((a, b) => b.count - a.count) };
    },
    { retry: true },
  );
}
