import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { basis } from "../basis.ts";
import { AI_SERVICE } from "./ai-service.ts";
import { EU_REAL_WORLD } from "./eu-real-world.ts";
import type { InputSchema } from "../schema.ts";
import {
  BUILT_IN_PROGRAMMES,
  CREDIT_GRADES,
  gradeOf,
  isOpenAt,
  programmeFaults,
  PROGRAMME_SCHEMA,
  strategyOf,
  termsOf,
  TIERS,
} from "./mod.ts";

const [AUTOMOBILE, AI, ROAD, EU] = BUILT_IN_PROGRAMMES as readonly [
  (typeof BUILT_IN_PROGRAMMES)[number],
  (typeof BUILT_IN_PROGRAMMES)[number],
  (typeof BUILT_IN_PROGRAMMES)[number],
  (typeof BUILT_IN_PROGRAMMES)[number],
];
const TODAY = "2026-11-22";

/** The first place where a value does not fit the plain schemas of this package. */
function misfit(schema: InputSchema, value: unknown, path = ""): string | undefined {
  switch (schema.type) {
    case "string":
      if (typeof value !== "string") return path;
      if ("enum" in schema) return schema.enum.includes(value) ? undefined : path;
      if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) return path;
      return value.length >= (schema.minLength ?? 0) && value.length <= (schema.maxLength ?? Infinity)
        ? undefined
        : path;
    case "number":
    case "integer":
      return typeof value === "number" &&
        value >= (schema.minimum ?? -Infinity) &&
        value <= (schema.maximum ?? Infinity) &&
        (schema.type === "number" || Number.isInteger(value))
        ? undefined
        : path;
    case "boolean":
      return typeof value === "boolean" ? undefined : path;
    case "array":
      if (!Array.isArray(value) || value.length < (schema.minItems ?? 0) || value.length > schema.maxItems) return path;
      return value
        .map((each, index) => misfit(schema.items, each, `${path}/${index}`))
        .find((each) => each !== undefined);
    case "object": {
      if (typeof value !== "object" || value === null) return path;
      const lacking = schema.required.find((key) => !(key in value));
      if (lacking !== undefined) return `${path}/${lacking}`;
      return Object.entries(value)
        .map(([key, each]) => {
          const property = schema.properties[key];
          return property === undefined ? `${path}/${key}` : misfit(property, each, `${path}/${key}`);
        })
        .find((each) => each !== undefined);
    }
  }
}

describe("built-in programmes", () => {
  for (const programme of BUILT_IN_PROGRAMMES) {
    it(`${programme.id} fits the schema that published programmes must fit, without a fault`, () => {
      assert.equal(misfit(PROGRAMME_SCHEMA, programme), undefined);
      assert.deepEqual(programmeFaults(programme), []);
    });
  }

  it("R-1.2 R-1.3: the automobile programme works by a catalogue of frontier technology and new functions", () => {
    const { catalogue } = termsOf(AUTOMOBILE, TODAY);
    for (const code of ["perception", "decision", "cooperativeControl", "automatedDriving", "ota"])
      assert.ok(catalogue.includes(code));
    assert.ok(AUTOMOBILE.catalogue.every((each) => each.basis.requirement === "R-1.3"));
  });

  it("X-8: the co-issuing departments are the five of the notice, not the police or the cyberspace office", () => {
    assert.deepEqual(
      [...AUTOMOBILE.leads, ...AUTOMOBILE.coIssuers.map((each) => each.role)],
      ["SAMR", "MIIT", "MOT", "MEM", "GACC"],
    );
  });

  it("R-5.7: the road-test ladder demands 5 million of cover and at most 18 months, both marked as draft", () => {
    assert.deepEqual([ROAD.insuranceMinimum?.amount, ROAD.insuranceMinimum?.basis.certainty], [5_000_000, "D"]);
    assert.deepEqual([ROAD.times.testMonths.amount, ROAD.times.testMonths.basis.certainty], [18, "D"]);
    assert.deepEqual(
      ROAD.steps?.map((each) => each.code),
      ["closedField", "roadTest", "demonstration", "operation"],
    );
  });

  it("R-6.34 X-9: the EU real-world test is 6 + 6 months with tacit approval after 30 days", () => {
    const terms = termsOf(EU, TODAY);
    const { basis, ...extension } = terms.extension;
    assert.deepEqual([terms.testMonths, extension, terms.tacitDays], [6, { times: 1, months: 6 }, 30]);
    assert.equal(basis?.certainty, "F");
  });

  it("R-6.38: the catalogue item of Art. 60a is in the programme", () => {
    assert.ok(EU.catalogue.some((each) => each.basis.requirement === "R-6.38"));
  });

  it("marks numbers of our own as proposals, never as law", () => {
    for (const programme of BUILT_IN_PROGRAMMES)
      for (const { basis: of } of [
        programme.passMark,
        ...programme.credit,
        ...programme.businessModels,
        programme.times.appealDays,
      ])
        assert.equal(of.certainty, "P");
  });
});

describe("faults of a programme", () => {
  it("names weights that do not add up, double codes, thresholds and roles", () => {
    const wrong = {
      ...AUTOMOBILE,
      leads: ["NOBODY"],
      criteria: AUTOMOBILE.criteria.slice(1),
      catalogue: [...AUTOMOBILE.catalogue, ...AUTOMOBILE.catalogue.slice(0, 1)],
      grading: { ...AUTOMOBILE.grading, highFrom: 1 },
      windows: [{ from: "2027-01-02T00:00:00Z", to: "2027-01-01T00:00:00Z" }],
    };
    assert.deepEqual(
      programmeFaults(wrong).map((each) => each.path),
      ["criteria", "catalogue", "grading", "windows", "leads"],
    );
  });
});

describe("terms", () => {
  it("leaves out catalogue items that are not in force on the day", () => {
    const basisOf = basis("R-1.2", { en: "test", zh: "测试" }, "P");
    const item = {
      code: "later",
      objectType: "other",
      title: { en: "x", zh: "x" },
      basis: basisOf,
      effectiveFrom: "2030-01-01",
    };
    const programme = { ...AUTOMOBILE, catalogue: [...AUTOMOBILE.catalogue, item] };
    assert.ok(!termsOf(programme, TODAY).catalogue.includes("later"));
    assert.ok(termsOf(programme, "2030-01-01").catalogue.includes("later"));
  });

  it("R-6.50: is always open without windows, and else only inside one", () => {
    assert.ok(isOpenAt(AUTOMOBILE, 0));
    const windows = [{ from: "2027-01-01T00:00:00Z", to: "2027-02-01T00:00:00Z" }];
    assert.deepEqual(
      ["2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z"].map((at) =>
        isOpenAt({ windows }, Date.parse(at)),
      ),
      [false, true, false],
    );
  });

  it("R-6.3: more risk factors never lower the tier", () => {
    for (const programme of BUILT_IN_PROGRAMMES) {
      const terms = termsOf(programme, TODAY);
      const factors = Object.keys(terms.grading.points);
      fc.assert(
        fc.property(fc.subarray(factors), fc.constantFrom(...factors), (some, more) => {
          const tierOf = (list: readonly string[]) => TIERS.indexOf(gradeOf(terms, { factors: list }).tier);
          assert.ok(tierOf([...some, more]) >= tierOf(some));
        }),
        { numRuns: 50, seed: 3 },
      );
    }
  });

  it("R-6.5: worse credit raises risk points and shortens the intervals, better credit is served first", () => {
    const terms = termsOf(AI, TODAY);
    const graded = CREDIT_GRADES.map((credit) => ({
      points: gradeOf(terms, { factors: ["publicUsers"], credit }).points,
      ...strategyOf(terms, "medium", credit),
    }));
    for (let index = 1; index < graded.length; index += 1) {
      assert.ok(graded[index]!.points >= graded[index - 1]!.points);
      assert.ok(graded[index]!.reportMonths <= graded[index - 1]!.reportMonths);
    }
    assert.deepEqual(
      graded.map((each) => each.priority),
      [true, false, false, false],
    );
    assert.ok(
      gradeOf(terms, { factors: [], businessModel: "platform" }).points >
        gradeOf(terms, { factors: [], businessModel: "b2b" }).points,
    );
  });

  it("counts a factor once, however often it is named, and keeps a sum that adds up", () => {
    const grade = gradeOf(termsOf(AUTOMOBILE, TODAY), {
      factors: ["publicRoad", "publicRoad", "passengers"],
      credit: "D",
      businessModel: "operation",
    });
    assert.equal(
      grade.points,
      grade.parts.reduce((sum, part) => sum + part.points, 0),
    );
    assert.deepEqual([grade.tier, grade.points], ["high", 11]);
  });
});

it("R-6.33: data collected for other purposes keep an AI service out, unless under the conditions of Art. 59; unverified", () => {
  const exclusion = AI_SERVICE.exclusions.find(({ code }) => code === "otherPurposeData");
  assert.match(
    exclusion?.title.en ?? "",
    /public interest, isolated, not shared, logged, deleted at the end and summarised/,
  );
  assert.equal(exclusion?.basis.certainty, "M");
});

it("what is on the market unchanged is kept out of the EU real-world test, and the statement of it is asked for; a draft", () => {
  const { exclusions, documents } = EU_REAL_WORLD;
  assert.equal(exclusions.find(({ code }) => code === "onMarket")?.basis.certainty, "D");
  const statement = documents.find(({ code }) => code === "marketStatement");
  assert.deepEqual([statement?.required, statement?.basis.certainty], [false, "D"]);
});

it("the rules by risk of Shenzhen stand with the AI programme, each tier stricter than the one below", () => {
  assert.ok(
    AI_SERVICE.notes?.some(({ basis: { requirement, certainty } }) => requirement === "R-6.11" && certainty === "F"),
  );
  const { low, medium, high } = AI_SERVICE.tiers;
  for (const [lower, upper] of [
    [low, medium],
    [medium, high],
  ] as const)
    assert.ok(
      upper.reportMonths <= lower.reportMonths &&
        upper.assessmentMonths <= lower.assessmentMonths &&
        upper.panelSize >= lower.panelSize,
    );
});
