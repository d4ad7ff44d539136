/** Which departments have a part in a record of a sandbox programme, and who of them decides: data of the programme. */
import { allows, type CaseActor, type Extent } from "../access/extent.ts";
import type { RoleCode } from "../access/roles.ts";
import type { Guard } from "../lifecycle/definition.ts";

/** Departments of a programme, as a record of it holds them. */
export interface Departments {
  /** Those that decide; the first is in the lead. */
  readonly leads: readonly string[];
  /** Those that issued it together with them: they read and give their opinion. */
  readonly coIssuers: readonly string[];
}

/** Of a record from before there were programmes: those of the notice of 2022 on the automobile safety sandbox. */
const NOTICE: Departments = { leads: ["SAMR"], coIssuers: ["MIIT", "MOT", "MEM", "GACC"] };
/** Departments with bodies in the territories, who see what is done there. */
const WITH_TERRITORIES = ["MIIT", "MOT"];

/** The departments as a case keeps them: those that the server found, without anything else it knows of the programme. */
export function departmentsIn({ leads, coIssuers }: Partial<Departments>): Departments | undefined {
  return leads === undefined || coIssuers === undefined ? undefined : { leads, coIssuers };
}

/**
 * Whose a record is by its programme. Territories are left out where no ministry with bodies in them has a part: §8.2 gives them
 * nothing of an AI sandbox.
 */
export function extentOfProgramme(
  departments: Departments = NOTICE,
  regions: readonly string[] = [],
): Departments & Pick<Extent, "regions"> {
  const { leads, coIssuers } = departments;
  const hasTerritories = WITH_TERRITORIES.some((each) => leads.includes(each) || coIssuers.includes(each));
  return { leads, coIssuers, regions: hasTerritories ? regions : [] };
}

/**
 * Who decides is said by the programme and by the matrix: an authority that leads another programme has no say here.
 * @param others roles that have a part of their own in the action
 */
export function competent<State extends string, Flag extends string, Data>(
  extentOf: (data: Data) => Extent,
  ...others: readonly RoleCode[]
): Guard<State, Flag, Data, never> {
  return {
    code: "competent",
    needs: "state",
    idle: "notYours",
    text: { en: "Another authority decides in this programme", zh: "本项目类别由其他主管部门决定" },
    holds: ({ actor, data }: { readonly actor: CaseActor; readonly data: Data }) =>
      others.includes(actor.role) || allows(actor, "sandboxApplication", "decide", extentOf(data)),
  };
}
