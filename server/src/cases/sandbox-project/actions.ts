/** The sandbox project as a kind of case, and what is done with one. */
import { SANDBOX_PROJECT, SANDBOX_PROJECT_V1, SANDBOX_PROJECT_V2, type SandboxProjectData } from "@sandglass/casework";
import type { Actor } from "../../records/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import { dropDraft, newCaseScope } from "../engine/drafts.ts";
import type { ActionMeta, CaseEngine } from "../engine/engine.ts";
import type { StoredCase } from "../engine/store.ts";
import { followAction } from "./consequences.ts";
import { prepareProject, type ProjectServices } from "./policy.ts";

export const PROJECT_KIND = SANDBOX_PROJECT.kind;

export function sandboxProjectType(services: ProjectServices): CaseType {
  return {
    kind: PROJECT_KIND,
    prefix: "prj",
    lifecycles: [SANDBOX_PROJECT_V1, SANDBOX_PROJECT_V2, SANDBOX_PROJECT] as unknown as CaseType["lifecycles"],
    fieldsOf: (data) => {
      const { title = "", vehicles = [], programme } = data as SandboxProjectData;
      return { title: { en: title, zh: title }, vehicles, ...(programme === undefined ? {} : { item: programme }) };
    },
    after: followAction,
    prepare: (unit, actor, name, input, folded, id) => prepareProject(services, unit, actor, name, input, folded, id),
  };
}

/** Opens a draft; the form that was kept for it goes. @throws SG_ROLE_NOT_ALLOWED, SG_CASE_INPUT, SG_PROJECT_VEHICLE */
export function createProject(
  engine: CaseEngine,
  actor: Actor,
  input: unknown,
  meta: ActionMeta = {},
): Promise<StoredCase> {
  return engine.transact(actor, async (unit) => {
    const stored = await engine.create(unit, PROJECT_KIND, "create", input, meta);
    await dropDraft(unit, newCaseScope(PROJECT_KIND), "create");
    return stored;
  });
}

/** Takes an action on a project; the form that was kept for it goes. Errors as `CaseEngine.act`. */
export function actOnProject(
  engine: CaseEngine,
  actor: Actor,
  id: string,
  name: string,
  input: unknown,
  meta: ActionMeta = {},
): Promise<StoredCase> {
  return engine.transact(actor, async (unit) => {
    const stored = await engine.act(unit, id, name, input, { ...meta, kind: PROJECT_KIND });
    await dropDraft(unit, id, name);
    return stored;
  });
}
