/**
 * Versions of a lifecycle live side by side; a running case stays with the version it started under. Moving one to a later
 * version is an action of its own in its history, with actor, reasons and a way that the new version states.
 */
import { allows } from "../access/extent.ts";
import type { Right } from "../access/permissions.ts";
import type { RoleCode } from "../access/roles.ts";
import type { LegalBasis } from "../basis.ts";
import { CaseworkError } from "../errors.ts";
import type { Text } from "../text.ts";
import type { CaseAction, Folded, FoldOptions, Lifecycle } from "./definition.ts";
import { fold, type Outcome } from "./fold.ts";
import type { Refusal } from "./refusal.ts";

/** One way into the version of the lifecycle that holds it. */
export interface Migration {
  /** Version it leads from. */
  readonly from: number;
  /** What changes for the case, as the person who decides reads it. */
  readonly title: Text;
  readonly roles: readonly RoleCode[];
  /** What the matrix must let them do with the case; reading it when absent. */
  readonly right?: Right;
  readonly basis: LegalBasis;
  /** States in which a case may move; every state that is not an end when absent. */
  readonly states?: readonly string[];
  /** The case as the new version sees it. Version and history stay; pure, as every change. */
  migrate(folded: Folded): Folded;
}

/** Name of the action in the history; no lifecycle can have one of that name. */
export const MIGRATE = "$migrate";

/** Why a case cannot move to that version now, or undefined. */
export function migrationRefusal(
  current: Lifecycle,
  target: Lifecycle,
  folded: Folded,
  actor: CaseAction["actor"],
): Refusal | undefined {
  const impossible = (en: string, zh: string): Refusal => ({
    kind: "state",
    code: "SG_ACTION_NOT_POSSIBLE",
    reason: { en, zh },
  });
  const migration = wayTo(current, target);
  if (migration === undefined)
    return impossible(
      `There is no way from version ${current.version} to version ${target.version}`,
      `没有从版本 ${current.version} 迁移到版本 ${target.version} 的途径`,
    );
  const isIn = migration.states?.includes(folded.state) ?? current.states[folded.state]?.end === undefined;
  if (!isIn) return impossible(`A case in ${folded.state} does not move`, `处于 ${folded.state} 的案件不能迁移`);
  const { roles, right = "read" } = migration;
  if (!roles.includes(actor.role) || !allows(actor, current.object, right, current.extentOf(folded.data)))
    return {
      kind: "role",
      code: "SG_ROLE_NOT_ALLOWED",
      reason: { en: "Your role may not move this case to another version", zh: "您的角色不能将本案迁移到其他版本" },
    };
  return undefined;
}

/** Moves a case to a later version. @throws Error when the way leads to something that the new version does not know */
export function applyMigration(
  current: Lifecycle,
  target: Lifecycle,
  folded: Folded,
  action: CaseAction,
): Outcome<string, string, unknown> {
  const refusal = migrationRefusal(current, target, folded, action.actor);
  if (refusal !== undefined) return { kind: "refused", refusal };
  const moved = wayTo(current, target)!.migrate(folded);
  const unknown = [
    ...(Object.hasOwn(target.states, moved.state) ? [] : [`state ${moved.state}`]),
    ...moved.flags.filter((flag) => !Object.hasOwn(target.flags, flag)).map((flag) => `flag ${flag}`),
    ...moved.obligations
      .filter(({ code, ended }) => ended === undefined && !Object.hasOwn(target.obligations, code))
      .map(({ code }) => `duty ${code}`),
  ];
  if (unknown.length > 0)
    throw new Error(`${target.kind} ${target.version} does not know what the way leads to: ${unknown.join(", ")}`);
  const since = moved.state === folded.state ? folded.since : action.at;
  return {
    kind: "accepted",
    folded: { ...moved, since, openedAt: folded.openedAt, version: folded.version + 1, proposals: [] },
    proposed: false,
    notices: [],
  };
}

function wayTo(current: Lifecycle, target: Lifecycle): Migration | undefined {
  if (current.kind !== target.kind) return undefined;
  return target.migrations?.find((each) => each.from === current.version);
}

/** The version that a migration in a history led to. */
export function targetVersion(action: Pick<CaseAction, "input">): number | undefined {
  const { input } = action;
  if (typeof input !== "object" || input === null || !("to" in input)) return undefined;
  return typeof input.to === "number" ? input.to : undefined;
}

/**
 * Replays a history across versions. @param started version of the first action
 * @throws CaseworkError SG_CASE_HISTORY as `fold`, and for a version that is not there
 */
export function foldVersions(
  lifecycles: readonly Lifecycle[],
  started: number,
  actions: readonly CaseAction[],
  options: FoldOptions,
): { readonly folded: Folded; readonly version: number } {
  const versionOf = (version: number | undefined): Lifecycle => {
    const found = lifecycles.find((each) => each.version === version);
    if (found !== undefined) return found;
    throw new CaseworkError("SG_CASE_HISTORY", {
      en: `There is no version ${version} of the lifecycle`,
      zh: `没有生命周期版本 ${version}`,
    });
  };
  let lifecycle = versionOf(started);
  let folded: Folded | undefined;
  let from = 0;
  for (let index = 0; index <= actions.length; index += 1) {
    const action = actions[index];
    if (action !== undefined && action.name !== MIGRATE) continue;
    if (index > from || (folded === undefined && action === undefined))
      folded = fold(lifecycle, actions.slice(from, index), options, folded);
    from = index + 1;
    if (action === undefined || folded === undefined) continue;
    const target = versionOf(targetVersion(action));
    const outcome = applyMigration(lifecycle, target, folded, action);
    if (outcome.kind === "refused") {
      const { reason } = outcome.refusal;
      throw new CaseworkError("SG_CASE_HISTORY", {
        en: `The migration (${action.id}) cannot stand in the history: ${reason.en}`,
        zh: `迁移（${action.id}）与案件历史不符：${reason.zh}`,
      });
    }
    folded = outcome.folded;
    lifecycle = target;
  }
  if (folded === undefined)
    throw new CaseworkError("SG_CASE_HISTORY", { en: "The history is empty", zh: "案件历史为空" });
  return { folded, version: lifecycle.version };
}
