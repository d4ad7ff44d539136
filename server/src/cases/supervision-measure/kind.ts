/** A measure against an enterprise, as the server discovers it: the enterprise and the case that it follows from exist. */
import { SUPERVISION_MEASURE, type Lifecycle, type MeasureData } from "@sandglass/casework";
import { ERRORS, SandglassError } from "../../errors/mod.ts";
import type { CaseType } from "../engine/case-type.ts";
import { requireOrganisation } from "../engine/organisation.ts";
import { findCase } from "../engine/store.ts";

export const caseType: CaseType = {
  kind: SUPERVISION_MEASURE.kind,
  prefix: "msr",
  lifecycles: [SUPERVISION_MEASURE as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { title = "", relatedCase } = data as MeasureData;
    return {
      title: { en: title, zh: title },
      vehicles: [],
      ...(relatedCase === undefined ? {} : { item: relatedCase }),
    };
  },
  prepare: async (unit, _actor, name, input) => {
    if (name !== "sendRiskNotice") return { input };
    const { organisation, relatedCase } = input as { readonly organisation: string; readonly relatedCase?: string };
    await requireOrganisation(unit, organisation);
    if (relatedCase !== undefined && (await findCase(unit.tx, relatedCase)) === undefined)
      throw new SandglassError(ERRORS.NOT_FOUND, { what: relatedCase });
    return { input };
  },
};
