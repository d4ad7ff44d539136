/** Whose department leads the programme of a project: what cases that follow from a project keep of it. */
import { departmentsIn, type Json, type SandboxProjectData } from "@sandglass/casework";
import type { Tx } from "../../records/mod.ts";
import { findCase } from "../engine/store.ts";

/** The departments of a project's programme as facts of an action; none of a project without programme, or hidden from the actor. */
export async function departmentFacts(tx: Tx, project: string | undefined): Promise<{ readonly facts?: Json }> {
  const stored = project === undefined ? undefined : await findCase(tx, project);
  const departments = departmentsIn((stored?.folded.data as SandboxProjectData | undefined)?.terms ?? {});
  return departments === undefined ? {} : { facts: { ...departments } };
}
