/** Which departments see and decide a project: those of its programme, whatever departments that are. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { allows, type CaseActor } from "../access/extent.ts";
import { PERMISSIONS } from "../access/permissions.ts";
import { departmentOf, ENTERPRISE_ROLES, ROLE_CODES, ROLES, type RoleCode } from "../access/roles.ts";
import { refusalOf } from "../lifecycle/refusal.ts";
import { BUILT_IN_PROGRAMMES, departmentsOf, termsOf } from "../programmes/mod.ts";
import { EXAMINERS, REGULATORS } from "./actions-entry.ts";
import { EMPTY_PROJECT, extentOfProject, type SandboxProjectData } from "./data.ts";
import { SANDBOX_PROJECT } from "./lifecycle.ts";
import { SANDBOX_STATES, type SandboxState } from "./states.ts";
import { projectIn } from "./testing.ts";

const DEPARTMENTS = ["SAMR", "MIIT", "AI_REGULATOR", "MOT", "MEM", "GACC", "MPS", "CAC"];
const HUMAN = ROLE_CODES.filter((role) => ROLES[role].kind !== "system" && role !== "SUPERVISOR_ALL");
const actorOf = (role: RoleCode): CaseActor => ({ id: "p", role, organisation: "somewhere", region: "440000" });
const projectOf = (leads: readonly string[], coIssuers: readonly string[]): SandboxProjectData => ({
  ...EMPTY_PROJECT,
  applicant: { organisation: "maker", role: "vehicleMaker" },
  limits: { regions: ["440300"] },
  terms: { ...termsOf(BUILT_IN_PROGRAMMES[0]!, "2026-11-22"), leads, coIssuers },
});
/** Actions that are for authorities and experts alone. */
const OFFICIAL = Object.entries(SANDBOX_PROJECT.actions).filter(
  ([, { roles }]) =>
    roles.some((role) => (EXAMINERS as readonly string[]).includes(role)) &&
    !roles.some((role) => (ENTERPRISE_ROLES as readonly string[]).includes(role)),
);

describe("departments of a programme", () => {
  it("8.2 R-6.1: nobody decides a project of a programme that they do not lead, nor sees it without a part in it", () => {
    const some = fc.subarray(DEPARTMENTS);
    let decided = 0;
    fc.assert(
      fc.property(
        some,
        some,
        fc.constantFrom(...HUMAN),
        fc.constantFrom(...(Object.keys(SANDBOX_STATES) as SandboxState[])),
        (leads, coIssuers, role, state) => {
          const data = projectOf(leads, coIssuers);
          const actor = actorOf(role);
          const hasPart = [...leads, ...coIssuers].includes(departmentOf(role));
          const isTerritory = role.startsWith("LOCAL_") && extentOfProject(data).regions.length > 0;
          const sees = allows(actor, "sandboxApplication", "read", extentOfProject(data));
          assert.equal(sees, (hasPart && DEPARTMENTS.includes(departmentOf(role))) || isTerritory, `${role} sees`);
          for (const [name, { roles }] of OFFICIAL) {
            if (refusalOf(SANDBOX_PROJECT, projectIn(state, data), name, actor, 1) !== undefined) continue;
            assert.ok(sees, `${role} ${name}`);
            const isDecision = roles.every((each) => (REGULATORS as readonly string[]).includes(each));
            assert.ok(leads.includes(role) || (!isDecision && sees), `${role} ${name} of ${leads.join()}`);
            if (isDecision) decided += 1;
          }
        },
      ),
      { numRuns: 3_000, seed: 8 },
    );
    assert.ok(decided > 200, `${decided} decisions were possible, so that the property says something`);
  });

  it("8.2: a project of an AI programme is for those whom the row of AI sandbox files names, and for the co-issuing office", () => {
    for (const programme of BUILT_IN_PROGRAMMES.filter(({ leads }) => leads.includes("AI_REGULATOR"))) {
      const { leads, coIssuers } = departmentsOf(programme);
      const extent = extentOfProject(projectOf(leads, coIssuers));
      for (const role of HUMAN.filter((each) => ROLES[each].kind === "authority" || ROLES[each].kind === "technical")) {
        const [seen, decided] = (["read", "decide"] as const).map((right) =>
          allows(actorOf(role), "sandboxApplication", right, extent),
        );
        const row = PERMISSIONS.aiSandboxFile[role] ?? [];
        assert.equal(decided, row.includes("decide all"), `${role} decides in ${programme.id}`);
        assert.equal(seen, row.includes("read all") || coIssuers.includes(role), `${role} sees ${programme.id}`);
      }
    }
  });
});
