/** The project that another case follows from: it is there, of whose programme, and whether whoever opens the case decides in it. */
import {
  allows,
  departmentsIn,
  SANDBOX_LEFT_STATES,
  SANDBOX_PROJECT,
  type CaseActor,
  type Json,
  type SandboxProjectData,
} from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { Tx } from "../../records/mod.ts";
import { findCase } from "../engine/store.ts";

/**
 * The departments of the programme of the project that `input` names, as facts of the action; none of a project without programme.
 * @throws SG_CASE_INPUT at the field of the project
 */
export async function departmentFacts(
  tx: Tx,
  actor: CaseActor,
  action: string,
  input: Json,
): Promise<{ readonly facts?: Json }> {
  const { project = "" } = input as { readonly project?: string };
  const stored = await findCase(tx, project);
  if (stored === undefined || stored.kind !== SANDBOX_PROJECT.kind)
    throw refusal(action, `"${project}" is no sandbox project that you can see`, `“${project}”不是您可见的沙盒项目`);
  if (!SANDBOX_LEFT_STATES.some((state) => state === stored.folded.state))
    throw refusal(
      action,
      `${project} has not left the sandbox: its exit opens this`,
      `${project} 尚未出盒：出盒时开立`,
    );
  const data = stored.folded.data as SandboxProjectData;
  if (!allows(actor, "sandboxApplication", "decide", SANDBOX_PROJECT.extentOf(data)))
    throw refusal(action, `another authority decides in the programme of ${project}`, `${project} 由其他主管部门决定`);
  const departments = departmentsIn(data.terms ?? {});
  return departments === undefined ? {} : { facts: { ...departments } };
}

const refusal = (action: string, rule: string, ruleZh: string): SandglassError =>
  new SandglassError(ERRORS.CASE_INPUT, { action, path: "/project", rule, ruleZh });
