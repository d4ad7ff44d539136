/** Forms read texts and write into them without losing anything. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CATALOGUE } from "@sandglass/signals";
import {
  compileTriggers,
  editForm,
  readForms,
  type FormChange,
  type FormShape,
  type SingleShape,
  type TriggerForm,
} from "../mod.ts";

const PACKS = join(import.meta.dirname, "../../../../packs");
/** Every rule of every pack by itself. */
const texts = readdirSync(PACKS).flatMap((pack) =>
  readFileSync(join(PACKS, pack, "triggers.tdl"), "utf8")
    .split(/^(?=trigger )/m)
    .filter((part) => part.startsWith("trigger ")),
);
const regions = texts.flatMap((text) =>
  [...text.matchAll(/(?:inside|位于)\("([^"]+)"\)/g)].map(([, name = ""]) => name),
);
const hashOf = (text: string): string => {
  const result = compileTriggers([{ text }], CATALOGUE, {
    regions: [...new Set(regions)].map((name) => ({
      id: name,
      names: { en: name, zh: name },
      geometry: { type: "Point" as never, coordinates: [106, 29] as never },
    })),
  });
  assert.ok(result.ok, JSON.stringify(result));
  return result.set.hash;
};
const formsOf = (text: string): TriggerForm[] => {
  const forms = readForms(text, CATALOGUE);
  assert.ok(forms !== undefined, text);
  return forms;
};

/** Everything that a form can say, said again. */
function changesOf(form: TriggerForm): FormChange[] {
  return [
    { field: "version", version: form.version },
    ...(form.titles === undefined ? [] : [{ field: "titles" as const, titles: form.titles }]),
    ...(form.when.shape === undefined ? [] : [{ field: "when" as const, shape: form.when.shape }]),
    ...(form.level === undefined ? [] : [{ field: "level" as const, level: form.level }]),
    ...form.escalations.flatMap(({ level, when }) =>
      when.shape === undefined ? [] : [{ field: "escalation" as const, level, shape: when.shape }],
    ),
    ...(form.clear?.shape === undefined ? [] : [{ field: "clear" as const, shape: form.clear.shape }]),
    { field: "keepFiring", ms: form.keepFiringMs },
    { field: "cooldown", ms: form.cooldownMs },
    { field: "basis", basis: form.basis },
    { field: "effective", effective: form.effective },
  ];
}

const RULE = `// kept
trigger A-1 version 2 "Hot" / "过热" {
  applies to vehicle where powertrain in ["BEV"] ;   # kept too
  when max_cell_temp > 60 °C for 30 s ;
  severity 2 ;  severity 3 when max_cell_temp > 70 °C ;
  missing reset ;
}
触发器 A-2 版本 1 { 当 (车速 > 5 km/h 且 荷电状态 < 10 %) 持续 10 秒 ; }
`;

const duration = fc.oneof(
  fc.integer({ min: 1, max: 90 }).map((n) => n * 1000),
  fc.integer({ min: 1, max: 48 }).map((n) => n * 3_600_000),
);
const scalar = fc.constantFrom("max_cell_temp", "speed", "soc", "cell_spread", "total_current", "charge.state");
const bit = fc.constantFrom("alarm.insulation", "alarm.dcdc_temp");
const compared = fc.record({
  signal: scalar,
  cmp: fc.constantFrom("lt" as const, "le" as const, "gt" as const, "ge" as const, "eq" as const, "ne" as const),
  limit: fc.constantFrom("60 °C", "-0.25 V", "5 km/h", "80 %", "3", '"parked charging"', "1e3 A"),
});
const limit = fc.oneof(
  compared,
  bit.map((signal) => ({ signal })),
);
const quantity = fc.constantFrom("lt" as const, "le" as const, "gt" as const, "ge" as const);
const optional = (of: fc.Arbitrary<number>) => fc.option(of, { nil: undefined });
const held = (shape: object, holdMs: number | undefined): SingleShape =>
  (holdMs === undefined ? shape : { ...shape, holdMs }) as SingleShape;
const single: fc.Arbitrary<SingleShape> = fc.oneof(
  fc.tuple(limit, optional(duration)).map(([of, ms]) => held({ kind: "threshold", ...of }, ms)),
  fc.tuple(compared, optional(duration)).map(([of, ms]) => held({ kind: "rate", ...of }, ms)),
  fc.tuple(compared, duration).map(([of, overMs]): SingleShape => ({ kind: "rise", ...of, overMs })),
  fc.tuple(compared, duration).map(([of, overMs]): SingleShape => ({ kind: "spread", ...of, overMs })),
  fc
    .tuple(fc.oneof(limit, fc.constant({ signal: "login_failed" })), quantity, fc.nat(50), duration)
    .map(([of, q, times, withinMs]): SingleShape => ({ kind: "count", ...of, quantity: q, times, withinMs })),
  fc
    .tuple(limit, quantity, fc.nat(1000), fc.constantFrom("samples" as const, "time" as const), duration)
    .map(([of, q, p, per, withinMs]): SingleShape => ({
      kind: "share",
      ...of,
      quantity: q,
      percent: p / 10,
      per,
      withinMs,
    })),
  duration.map((forMs): SingleShape => ({ kind: "offline", forMs })),
  fc.tuple(scalar, duration).map(([signal, forMs]): SingleShape => ({ kind: "noData", signal, forMs })),
);

const shape: fc.Arbitrary<FormShape> = fc.oneof(
  { weight: 3, arbitrary: single },
  fc.array(single, { minLength: 2, maxLength: 4 }).map((of): FormShape => ({ kind: "all", of })),
);

describe("forms of rules", () => {
  it("show the common shapes and name what they cannot show", () => {
    const [first, second] = formsOf(RULE);
    assert.deepEqual(first?.when, {
      shape: { kind: "threshold", signal: "max_cell_temp", cmp: "gt", limit: "60 °C", holdMs: 30_000 },
      text: "max_cell_temp > 60 °C for 30 s",
    });
    assert.equal(first?.escalations[0]?.when.shape?.kind, "threshold");
    assert.deepEqual(first?.others, ['applies to vehicle where powertrain in ["BEV"]', "missing reset"]);
    assert.equal(second?.language, "zh");
    assert.deepEqual(second?.when, { shape: undefined, text: "(车速 > 5 km/h 且 荷电状态 < 10 %) 持续 10 秒" });
    const kinds = (when: string) => formsOf(`trigger K version 1 { when ${when} ; }`)[0]?.when.shape?.kind;
    assert.deepEqual(
      [
        "alarm.insulation",
        "delta(max_cell_temp over 2 min) >= 10 °C",
        "变化率(最高单体温度) >= 1 °C/s 持续 3 秒",
        "max(speed over 1 min) - min(speed over 1 min) > 30 km/h",
        "max(speed over 1 min) - min(soc over 1 min) > 30 km/h",
        "rising(alarm.level >= 3) more than 3 times in last 24 h",
        "login_failed at least 5 times in last 10 min",
        "单体压差 > 0.3 V 占 至少 80 % 的 样本 过去 10 分钟",
        "offline for 3 d",
        "no data from soc for 1 h",
        "not (speed > 5 km/h)",
        "speed > 5 km/h and soc < 10 % for 1 min",
        "speed > 5 km/h and (soc < 10 % and alarm.insulation)",
        "(speed > 5 km/h and soc < 10 %) and alarm.insulation",
        "speed > 5 km/h and not (soc < 10 %)",
        "speed > 5 km/h or soc < 10 %",
        "speed > /* why */ 5 km/h",
      ].map(kinds),
      [
        "threshold",
        "rise",
        "rate",
        "spread",
        undefined,
        "count",
        "count",
        "share",
        "offline",
        "noData",
        undefined,
        "all",
        undefined,
        undefined,
        undefined,
        undefined,
        undefined,
      ],
    );
    assert.equal(readForms("trigger X version 1 { when ", CATALOGUE), undefined);
  });

  it("saying the same again leaves every rule of every pack the version that it is", () => {
    let said = 0;
    for (const text of [...texts, RULE]) {
      const hash = text === RULE ? undefined : hashOf(text);
      formsOf(text).forEach((form, index) => {
        for (const change of changesOf(form)) {
          const again = editForm(text, CATALOGUE, index, change);
          assert.ok(again !== undefined, `${form.id} ${JSON.stringify(change)}`);
          assert.deepEqual(formsOf(again)[index]?.others, form.others);
          if (again === text) continue;
          said++;
          if (hash !== undefined) assert.equal(hashOf(again), hash, `${form.id} ${change.field}`);
        }
      });
    }
    assert.ok(said > 0, "some are spelled differently");
  });

  it("writes any shape so that it reads the same, in either language, and touches nothing else", () => {
    fc.assert(
      fc.property(
        shape,
        fc.constantFrom(0, 1),
        fc.constantFrom("when", "clear", "escalation"),
        (made, index, field) => {
          const change = { field, shape: made, ...(field === "escalation" ? { level: 4 } : {}) } as FormChange;
          const edited = editForm(RULE, CATALOGUE, index, change);
          assert.ok(edited !== undefined, JSON.stringify(change));
          const [before, after] = [formsOf(RULE), formsOf(edited)];
          assert.deepEqual(after[1 - index], before[1 - index]);
          const shown = after[index];
          assert.deepEqual(
            field === "when"
              ? shown?.when.shape
              : field === "clear"
                ? shown?.clear?.shape
                : shown?.escalations.at(-1)?.when.shape,
            made,
          );
          assert.ok(edited.startsWith("// kept\ntrigger A-1 version 2") && edited.includes("# kept too"));
          if (field !== "when") {
            const back = editForm(edited, CATALOGUE, index, { ...change, shape: undefined } as FormChange);
            assert.equal(back, RULE, "what was added is taken out again to the byte");
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("writes, changes and removes the other clauses", () => {
    let text = RULE;
    const edit = (change: FormChange, index = 0): void => {
      const edited = editForm(text, CATALOGUE, index, change);
      assert.ok(edited !== undefined, JSON.stringify(change));
      text = edited;
    };
    edit({ field: "cooldown", ms: 600_000 });
    edit({ field: "keepFiring", ms: 30_000 }, 1);
    edit({ field: "basis", basis: { texts: ['GB 1 "a" § 2', "第二条"], certainty: "F" } });
    edit({ field: "effective", effective: { from: "2026-01-01", to: undefined } });
    edit({ field: "level", level: 1 });
    edit({ field: "level", level: 4 }, 1);
    edit({ field: "titles", titles: ["Too hot", "太热"] });
    edit({ field: "version", version: 3 });
    edit({ field: "titles", titles: ["新"] }, 1);
    assert.equal(
      text,
      `// kept
trigger A-1 version 3 "Too hot" / "太热" {
  applies to vehicle where powertrain in ["BEV"] ;   # kept too
  basis "GB 1 \\"a\\" § 2" / "第二条" certainty F ;
  effective from 2026-01-01 ;
  when max_cell_temp > 60 °C for 30 s ;
  severity 1 ;  severity 3 when max_cell_temp > 70 °C ;
  cooldown 10 min ;
  missing reset ;
}
触发器 A-2 版本 1 "新" { 当 (车速 > 5 km/h 且 荷电状态 < 10 %) 持续 10 秒 ; 等级 4 ; 解除延迟 30 秒 ; }
`,
    );
    edit({ field: "cooldown", ms: undefined });
    edit({ field: "basis", basis: undefined });
    edit({ field: "effective", effective: undefined });
    assert.ok(!/cooldown|basis|effective/.test(text));
    hashOf(text);
  });

  it("refuses what would not read as it was typed", () => {
    const change = (limitText: string): FormChange => ({
      field: "when",
      shape: { kind: "threshold", signal: "speed", cmp: "gt", limit: limitText },
    });
    for (const typed of ["", "fast", "60 km/h for 10 s", "60 ; } trigger B version 1 { when true", "60 km/h // no"])
      assert.equal(editForm(RULE, CATALOGUE, 0, change(typed)), undefined, typed);
    const remark = "trigger R version 1 { when /* why */ speed > 5 km/h ; severity 1 ; }";
    assert.equal(editForm(remark, CATALOGUE, 0, change("60 km/h")), undefined, "a comment would be lost");
    assert.equal(
      editForm(RULE, CATALOGUE, 0, { field: "basis", basis: { texts: ["a\nb"], certainty: "F" } }),
      undefined,
    );
  });
});
