/** The documents of two whole walks, of vehicles and of an AI service: complete, in both languages, in words instead of codes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  BUILT_IN_PROGRAMMES,
  SANDBOX_FOLLOW_UP,
  SANDBOX_PROJECT,
  SANDBOX_RESULT,
  type DocumentContent,
  type InputSchema,
  type Text,
} from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { getCase } from "../cases/engine/store.ts";
import { programmesUnderTest, stepsIn } from "../cases/programmes.fixture.ts";
import { openWorld, PEOPLE, TO_ROUTINE, TO_TESTING, type World } from "../cases/world.fixture.ts";
import { SYSTEM_TRIGGER } from "../records/mod.ts";
import { openDocuments } from "./documents.fixture.ts";
import type { Documents } from "./mod.ts";

/** Folder to keep the pages in, to look at them. */
const KEEP = process.env["SANDGLASS_TEST_PAGES"];
const EFFECTS = [
  { trigger: "EV-BAT-001", effect: "suspend" },
  { trigger: "EV-BAT-002", effect: "restrict", level: 2 },
] as const;
const PARTIES = [{ organisation: "oem-b", role: "dataService", name: "Maker B" }] as const;
/** Every code that a form or a programme lets somebody choose. */
function codesOf(): ReadonlySet<string> {
  const codes = new Set<string>();
  const visit = (schema: InputSchema): void => {
    if ("enum" in schema) for (const code of schema.enum) codes.add(code);
    if ("items" in schema) visit(schema.items);
    if ("properties" in schema) for (const each of Object.values(schema.properties)) visit(each);
  };
  for (const lifecycle of [SANDBOX_PROJECT, SANDBOX_FOLLOW_UP, SANDBOX_RESULT]) {
    for (const { input } of Object.values(lifecycle.actions)) visit(input as unknown as InputSchema);
    for (const code of [...Object.keys(lifecycle.states), ...Object.keys(lifecycle.actions)]) codes.add(code);
    for (const code of Object.keys(lifecycle.obligations)) codes.add(code);
  }
  for (const programme of BUILT_IN_PROGRAMMES) {
    const { catalogue, criteria, documents, exclusions, grading, businessModels } = programme;
    for (const list of [catalogue, criteria, documents, exclusions, grading.factors, businessModels])
      for (const { code } of list) codes.add(code);
    codes.add(programme.id);
  }
  return codes;
}

/** What a cell says, cut where lists and labels end. */
const piecesOf = (cell: string): readonly string[] => cell.split(/[,;:，；：、·\n]|\d+\. /).map((each) => each.trim());

for (const [programme, walked] of Object.entries(programmesUnderTest(EFFECTS)))
  describe(`documents of a whole walk in ${programme}`, { timeout: 180_000 }, () => {
    const { application, officers } = walked;
    const folder = mkdtempSync(join(tmpdir(), "sandglass-walks-"));
    let world: World;
    let documents: Documents;
    before(async () => {
      world = await openWorld();
      documents = await openDocuments(world, folder);
    });
    after(async () => {
      await documents.close();
      await world.close();
      rmSync(folder, { recursive: true });
    });

    const run = async (id: string, steps: readonly (readonly [keyof typeof PEOPLE, string, object?])[]) => {
      for (const [who, action, given] of stepsIn(walked, steps)) {
        const { folded } = await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, id));
        const input = given ?? (acceptedInput(action, folded.obligations) as object);
        await world.cases.actOnProject(PEOPLE[who], id, action, input);
      }
    };
    const open = async () => {
      const { id } = await world.cases.createProject(PEOPLE.oem, { ...application, parties: PARTIES });
      await run(id, [["oemB", "joinApplication", { consent: true }]]);
      return id;
    };

    it("R-6.23: names every choice; no code of a form, a programme or a state is printed", async () => {
      const way = await open();
      await run(way, TO_TESTING);
      await world.fire({
        project: way,
        trigger: "EV-BAT-002",
        level: 2,
        ...(programme.startsWith("ai") ? {} : { vehicle: 0 }),
      });
      await world.cases.drain();
      await run(way, [
        ["samr", "lift"],
        ["samr", "order", { reasons: "Look again" }],
        ["oem", "submitMitigation"],
        ["samr", "mitigationAccepted", { to: "TESTING", evidence: "Report 7", decidedBy: "panel", reasons: "Stable" }],
        ...TO_ROUTINE.slice(0, 3),
        ["samr", "issueProof"],
        [
          "samr",
          "toRoutine",
          {
            reasons: "Stable",
            promotions: [{ title: "Ageing of the joint", kind: "standardProposal", summary: "How it ages" }],
          },
        ],
      ]);
      const followUp = await world.records.transact(PEOPLE[officers.samr], (tx) =>
        tx.selectFrom("cases").select("id").where("kind", "=", SANDBOX_FOLLOW_UP.kind).executeTakeFirstOrThrow(),
      );
      await world.cases.engine.transact(PEOPLE.oem, (unit) =>
        world.cases.engine.act(unit, followUp.id, "trackingReport", acceptedInput("trackingReport")),
      );
      const refused = await open();
      await run(refused, [...TO_TESTING.slice(0, 3), ["samr", "refuse"]]);
      const ended = await open();
      await run(ended, [...TO_TESTING, ["samr", "illegal"], ["samr", "confirm"], ["samr2", "confirm", {}]]);
      await documents.settle();

      const issued = await documents.list(PEOPLE[officers.samr], { limit: 100 });
      const expected = Object.keys(SANDBOX_PROJECT.documents);
      assert.deepEqual([...new Set(issued.map((each) => each.code))].toSorted(), expected.toSorted());
      const codes = codesOf();
      for (const { code, content } of issued)
        for (const [label, value] of cellsOf(content))
          for (const [language, cell] of [
            ["en", value.en],
            ["zh", value.zh],
          ] as const)
            for (const piece of piecesOf(cell))
              assert.ok(
                // An English word may be spelt like its code; then it is the name.
                !codes.has(piece) ||
                  (language === "en" && piece !== piece.toLowerCase() && !/[a-z][A-Z]|^[A-Z_]+$/.test(piece)),
                `${code} (${language}) prints ${piece} as ${label}`,
              );
      if (KEEP !== undefined)
        for (const { id, code } of issued)
          for (const language of ["zh", "en"] as const)
            writeFileSync(
              join(KEEP, `${programme}-${code}-${language}.pdf`),
              (await documents.file(PEOPLE[officers.samr], id, language)).pdf,
            );
    });
  });

function cellsOf(content: DocumentContent): readonly (readonly [string, Text])[] {
  return [
    ...content.sections.flatMap(({ rows }) => rows.map(({ label, value }) => [label.en, value] as const)),
    ...content.sections.flatMap(({ rows }) => rows.map(({ label }) => [label.en, label] as const)),
    ...content.duties.map(({ title, bearers }) => [title.en, bearers] as const),
    ["state", content.case.state],
    ["addressee", content.issuer.role],
  ];
}
