/** The yearly safety report, as the server discovers it: the maker's answers stand beside what the platform counts of the year. */
import { SAFETY_REPORT, type Json, type Lifecycle, type SafetyReportData } from "@sandglass/casework";
import { sql } from "kysely";
import type { CaseType } from "../engine/case-type.ts";
import { requireOrganisation } from "../engine/organisation.ts";
import type { Unit } from "../engine/unit.ts";

export const caseType: CaseType = {
  kind: SAFETY_REPORT.kind,
  prefix: "sfr",
  lifecycles: [SAFETY_REPORT as unknown as Lifecycle],
  fieldsOf: (data) => {
    const { year = 0 } = data as SafetyReportData;
    return { title: { en: `Safety report ${year}`, zh: `${year}年度安全报告` }, vehicles: [] };
  },
  prepare: async (unit, _actor, name, input, folded) => {
    const entered = input as Pick<SafetyReportData, "organisation">;
    if (entered.organisation !== undefined) await requireOrganisation(unit, entered.organisation);
    if (name !== "submitSafetyReport" || folded === undefined) return { input };
    const { organisation = "", year = 0 } = folded.data as SafetyReportData;
    return { input, facts: { figures: await countYear(unit, organisation, year) } };
  },
};

async function countYear({ tx }: Unit, organisation: string, year: number): Promise<Json> {
  const begin = sql`make_date(${year}, 1, 1)::timestamp at time zone 'Asia/Shanghai'`;
  const end = sql`make_date(${year} + 1, 1, 1)::timestamp at time zone 'Asia/Shanghai'`;
  const { rows } = await sql<Record<string, number>>`
    select v.registered, v.connected, c.orders, c."ordersClosed", c.accidents, c.recalls
    from (
      select count(*)::int as registered, count(*) filter (where first_seen < ${end})::int as connected
      from vehicles where registered and organisation = ${organisation} and registered_at < ${end}
    ) v, (
      select count(*) filter (where kind = 'hazard-order')::int as orders,
        count(*) filter (where kind = 'hazard-order' and ended)::int as "ordersClosed",
        count(*) filter (where kind = 'accident')::int as accidents,
        count(*) filter (where kind = 'recall')::int as recalls
      from cases
      where kind in ('hazard-order', 'accident', 'recall') and organisations @> array[${organisation}]::text[]
        and opened_at >= ${begin} and opened_at < ${end}
    ) c`.execute(tx);
  return { ...rows[0] };
}
