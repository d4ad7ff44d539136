import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ENTERPRISE_ROLES } from "../access/roles.ts";
import { integer } from "../schema.ts";
import { asOwed, bearersOf, owing } from "./bearers.ts";
import type { Lifecycle } from "../lifecycle/definition.ts";
import { SANDBOX_PROJECT } from "../sandbox/lifecycle.ts";
import { rowsOf } from "./rows.ts";

const AUTHORITIES = ["SAMR", "MIIT", "AI_REGULATOR", "RECALL_CENTER", "SUPERVISOR_ALL"] as const;
const english = (texts: readonly { readonly en: string }[]): string => texts.map(({ en }) => en).join(", ");

describe("bearers of a duty in words", () => {
  it("are the enterprise, and of the authorities those that decide in the programme with their technical bodies", () => {
    assert.equal(english(bearersOf(ENTERPRISE_ROLES)), "Enterprise");
    assert.equal(
      english(bearersOf(AUTHORITIES, ["SAMR"])),
      "Market regulator (national), Defective product recall technical centre",
    );
    assert.equal(english(bearersOf(["OEM", "IMPORTER"], ["SAMR"])), "Vehicle maker, Vehicle importer");
  });

  it("never are nobody, and never the supervisor of a demonstration", () => {
    assert.equal(bearersOf(["MIIT"], ["SAMR"]).length, 1);
    assert.equal(bearersOf(AUTHORITIES).length, 4);
  });
});

describe("who owes a duty", () => {
  it("are the roles that decide in its programme, and the enterprise whole", () => {
    assert.deepEqual(owing(AUTHORITIES, ["AI_REGULATOR"]), ["AI_REGULATOR"]);
    assert.deepEqual(owing([...ENTERPRISE_ROLES, "SUPERVISOR_ALL"], ["SAMR"]), ENTERPRISE_ROLES);
  });
});

describe("duties of a case", () => {
  const PROJECT = SANDBOX_PROJECT as unknown as Lifecycle;
  const bearers = (leads: readonly string[], duty: string): readonly string[] =>
    asOwed(PROJECT, { terms: { leads, coIssuers: ["MIIT"] } }).obligations[duty]!.bearers;

  it("R-1.2: are those of who leads its programme, not of a department that issued it together with them", () => {
    assert.deepEqual(bearers(["SAMR"], "decision"), ["SAMR", "SUPERVISOR_ALL"]);
    assert.deepEqual(bearers(["SAMR"], "completenessCheck"), ["SAMR", "RECALL_CENTER", "SUPERVISOR_ALL"]);
    assert.deepEqual(bearers(["AI_REGULATOR"], "decision"), ["AI_REGULATOR", "SUPERVISOR_ALL"]);
    assert.deepEqual(bearers(["SAMR"], "accidentCase"), ["OEM", "IMPORTER"]);
  });
});

describe("numbers in documents", () => {
  it("are grouped by thousands; years are not", () => {
    const fields = { amount: integer(0, undefined, { en: "Amount", zh: "金额" }), year: integer() };
    assert.deepEqual(
      rowsOf(fields, { amount: 5_000_000, year: 2026 }).map(({ value }) => value.en),
      ["5,000,000", "2026"],
    );
  });
});
