import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { BUILT_IN_PROGRAMMES, HAZARD_WORK_ORDER, SANDBOX_PROJECT, type Programme } from "@sandglass/casework";
import {
  changedOnly,
  cleanValue,
  enteredFields,
  fieldKind,
  hasLongNames,
  initialValue,
  keptFields,
  missingFields,
  ofProgramme,
  readShanghaiTime,
  type JsonSchema,
} from "./json-schema.ts";

test("every field of every action of both lifecycles has a control of its own", () => {
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      const kind = fieldKind(field);
      assert.notEqual(kind, "json", `${path}.${name}`);
      if (kind === "object") visit(field, `${path}.${name}`);
      if (kind === "rows") visit(field.items ?? {}, `${path}.${name}[]`);
    }
  };
  for (const lifecycle of [SANDBOX_PROJECT, HAZARD_WORK_ORDER]) {
    for (const [name, action] of Object.entries(lifecycle.actions))
      visit(action.input as JsonSchema, `${lifecycle.kind}.${name}`);
  }
});

const SCHEMA: JsonSchema = {
  type: "object",
  required: ["reasons", "limits"],
  properties: {
    reasons: { type: "string", maxLength: 4000 },
    note: { type: "string", maxLength: 100 },
    confirmed: { type: "boolean" },
    effect: { type: "string", enum: ["warn", "stop"], default: "warn" },
    limits: { type: "object", required: ["speed"], properties: { speed: { type: "number" } } },
  },
};

test("a new form invents nothing but defaults", () => {
  assert.deepEqual(initialValue(SCHEMA), { effect: "warn", limits: {} }, "a box left alone is no answer");
  assert.deepEqual(initialValue({ ...SCHEMA, required: ["confirmed"] }), {
    confirmed: false,
    effect: "warn",
    limits: {},
  });
});

test("blank required fields are named, also inside of objects", () => {
  assert.deepEqual(missingFields(SCHEMA, initialValue(SCHEMA)), ["reasons", "limits.speed"]);
  assert.deepEqual(missingFields(SCHEMA, { reasons: "x", limits: { speed: 0 } }), []);
});

test("a list of rows may be left empty where the schema lets it, and every row that there is is asked for its fields", () => {
  const row = { type: "object", required: ["name", "score"], properties: { name: {}, score: { type: "number" } } };
  const schema = (minItems: number): JsonSchema => ({
    required: ["rows"],
    properties: { rows: { type: "array", minItems, items: row } },
  });
  assert.deepEqual(missingFields(schema(0), {}), []);
  assert.deepEqual(cleanValue(schema(0), {}), { rows: [] });
  assert.deepEqual(missingFields(schema(1), {}), ["rows"]);
  const begun = { rows: [{ name: "a", score: 0 }, { name: "b" }] };
  assert.deepEqual(missingFields(schema(0), begun), ["rows.1.score"]);
});

test("blank optional fields are not sent, zero and false are", () => {
  assert.deepEqual(cleanValue(SCHEMA, { reasons: "x", note: "", confirmed: false, limits: { speed: 0 } }), {
    reasons: "x",
    confirmed: false,
    limits: { speed: 0 },
  });
});

describe("a form that begins with what there is", () => {
  const list = { type: "array", items: { type: "string" } };
  const group = { type: "object", properties: { maxSpeed: { type: "number" }, regions: list } };
  const set = { type: "object", properties: { pack: { type: "string" }, hash: { type: "string" }, effects: list } };
  const form: JsonSchema = {
    properties: {
      reasons: { type: "string" },
      weather: { type: "string" },
      factors: list,
      triggerSet: set,
      limits: group,
    },
    required: ["reasons"],
  };
  const present = {
    triggerSet: { hash: "ab", pack: "demo" },
    limits: { maxSpeed: 100, regions: ["440300", "110000"] },
    weather: "Rain",
    factors: ["crowd"],
    reasons: "as before",
  };
  const same = {
    ...present,
    triggerSet: { pack: "demo", hash: "ab", effects: [] },
    limits: { regions: ["440300", "110000"], maxSpeed: 100 },
  };

  it("sends what was changed and what is required, in whatever order the case names the fields of a group", () => {
    assert.deepEqual(changedOnly(form, same, present), { reasons: "as before" });
    const changed = (limits: object): string[] => Object.keys(changedOnly(form, { ...same, limits }, present));
    assert.deepEqual(changed({ ...same.limits, maxSpeed: 98 }), ["reasons", "limits"]);
    assert.deepEqual(changed({ ...same.limits, regions: ["110000", "440300"] }), ["reasons", "limits"]);
  });

  it("sends a list that was emptied, and says of other fields left blank that they keep their value", () => {
    const emptied = { ...same, weather: "", factors: [] };
    assert.deepEqual(changedOnly(form, emptied, present), { reasons: "as before", factors: [] });
    assert.deepEqual(keptFields(form, emptied, present), ["weather"]);
    assert.deepEqual(keptFields(form, same, present), []);
  });
});

test("a time on a Shanghai clock is sent as UTC", () => {
  assert.equal(readShanghaiTime("2026-11-21T14:08"), "2026-11-21T06:08:00Z");
  assert.equal(readShanghaiTime("nonsense"), undefined);
});

describe("fields of registers", () => {
  it("are found, offered or chosen by name; what the server works out is asked of nobody", () => {
    const code = (register: string, more: object = {}) => ({
      type: "string",
      maxLength: 64,
      "x-names": register,
      ...more,
    });
    const kinds = [
      code("vehicle"),
      { type: "array", items: code("subject") },
      code("case", { "x-kinds": ["accident"] }),
      code("finding"),
      code("complaint"),
      code("rulePack"),
      code("trigger"),
      { type: "array", items: code("area") },
    ].map(fieldKind);
    assert.deepEqual(kinds, ["subject", "subjects", "case", "record", "record", "pack", "suggested", "suggestions"]);
    const set = { type: "object", properties: { pack: code("rulePack"), hash: code("", { "x-derived": true }) } };
    assert.deepEqual(
      enteredFields(set).map(([name]) => name),
      ["pack"],
    );
  });
});

test("a choice of which a name would be cut off in half a line asks for a line of its own, in the language of the reader", () => {
  const choice = (en: string, zh: string): JsonSchema => ({ enum: ["code"], "x-choices": { code: { en, zh } } });
  assert.equal(hasLongNames(choice("Innovation and benefit to the public", "创新与公共效益"), "en"), true);
  assert.equal(hasLongNames(choice("Innovation and benefit to the public", "创新与公共效益"), "zh"), false);
  assert.equal(hasLongNames(choice("for", "赞成"), "en"), false);
  assert.equal(hasLongNames({ type: "string", maxLength: 60 }, "en"), false);
});

/** Names of the fields that a form of this action asks for in a programme. */
function fieldsOf(programme: Programme, name: string, present?: object): readonly string[] {
  const schema = SANDBOX_PROJECT.actions[name as "signPlan"].input as unknown as JsonSchema;
  const names = ({ properties = {} }: JsonSchema, prefix = ""): readonly string[] =>
    Object.entries(properties).flatMap(([key, field]) => [`${prefix}${key}`, ...names(field, `${prefix}${key}.`)]);
  return names(ofProgramme(schema, programme, present));
}
const [VEHICLES, SERVICES, , EU] = BUILT_IN_PROGRAMMES as readonly [Programme, Programme, Programme, Programme];

test("R-1.5: only a programme that wants the proof of access asks for announcement and CCC, the European one does not", () => {
  assert.ok(fieldsOf(VEHICLES, "edit").includes("access.cccCertificate"));
  const ofEurope = fieldsOf(EU, "edit");
  assert.ok(!ofEurope.some((field) => field.startsWith("access")) && ofEurope.includes("limits.maxSpeed"));
  assert.ok(fieldsOf(EU, "edit", { access: { cccCertificate: "1" } }).includes("access.cccCertificate"));
});

test("a form offers the documents and exclusions that the programme lists, what was chosen before, and no Chinese money in Europe", () => {
  const kinds = (programme: Programme, present?: object): readonly unknown[] => {
    const schema = SANDBOX_PROJECT.actions["edit"].input as unknown as JsonSchema;
    const { documents, exclusions } = ofProgramme(schema, programme, present).properties ?? {};
    return [documents?.items?.properties?.["kind"]?.enum, exclusions?.items?.enum];
  };
  assert.deepEqual(kinds(EU), [
    ["testPlan", "riskAssessment", "consentForm", "recallProcedure", "marketStatement", "other"],
    ["illegal", "uncontrollableRisk", "onMarket"],
  ]);
  const [documents, exclusions] = kinds(EU, { documents: [{ kind: "accessProof" }], exclusions: ["subliminal"] });
  assert.ok((documents as string[]).includes("accessProof") && (exclusions as string[]).includes("subliminal"));
  for (const programme of BUILT_IN_PROGRAMMES) {
    const [offered, barred] = kinds(programme) as string[][];
    assert.deepEqual(new Set(offered), new Set([...programme.documents.map(({ code }) => code), "other"]));
    assert.deepEqual(new Set(barred), new Set(programme.exclusions.map(({ code }) => code)));
  }
  assert.ok(fieldsOf(VEHICLES, "signPlan").includes("insuranceAmount"));
  assert.ok(!fieldsOf(EU, "signPlan").includes("insuranceAmount"));
  assert.ok(fieldsOf(EU, "signPlan", { insuranceAmount: 1 }).includes("insuranceAmount"));
});

test("a programme of services is not asked for what only vehicles have, except for what is there already", () => {
  const plan = fieldsOf(SERVICES, "signPlan");
  assert.ok(plan.includes("limits.users") && plan.includes("limits.functions") && plan.includes("triggerSet.pack"));
  for (const field of ["limits.maxSpeed", "limits.maxVehicles", "limits.roads", "insuranceAmount"])
    assert.ok(!plan.includes(field), field);
  const edit = fieldsOf(SERVICES, "edit", { access: {}, technology: { objectType: "other" } });
  assert.ok(!edit.includes("access") && edit.includes("technology.objectType"), edit.join(" "));
  assert.ok(fieldsOf(SERVICES, "amend", { limits: { maxVehicles: 2 } }).includes("limits.maxVehicles"));
});
