/** A programme's report from the draft to the public page: who may, what is counted, what is printed. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { BUILT_IN_PROGRAMMES, PROGRAMME_REPORT, type Folded, type ProgrammeReportData } from "@sandglass/casework";
import { acceptedInput } from "@sandglass/casework/testing";
import { hostOf } from "../http/host.fixture.ts";
import { openDocuments } from "./documents.fixture.ts";
import { type Documents } from "./mod.ts";
import { SYSTEM_TRIGGER, type Actor } from "../records/mod.ts";
import { getCase } from "../cases/engine/store.ts";
import { fieldOf } from "../cases/http.fixture.ts";
import type { ReadDistance } from "../cases/programmes/distance.ts";
import { yearOf } from "../cases/programmes/figures.ts";
import { openWorld, PEOPLE, projectInTest, TO_ROUTINE, vehicle, type World } from "../cases/world.fixture.ts";

/** Folder to keep the pages in, to look at them. */
const KEEP = process.env["SANDGLASS_TEST_PAGES"];
const AUTOMOBILE = BUILT_IN_PROGRAMMES[0]!.id;
const HOUR = 3_600_000;
const codeOf = (code: string) => (error: unknown) => (error as { readonly code?: string }).code === code;
const guardOf = (guard: string) => (error: unknown) =>
  (error as { readonly refusal?: { readonly guard?: string } }).refusal?.guard === guard;

describe("report of a programme", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "sandglass-reports-"));
  const odometers = new Map([
    [vehicle(0), 12_000],
    [vehicle(1), 8_000],
  ]);
  const asked: (readonly [number, number])[] = [];
  const distance: ReadDistance = async (_actor, vehicles, from, to) => {
    asked.push([from, to]);
    return new Map([...odometers].filter(([id]) => vehicles.includes(id)));
  };
  let world: World;
  let documents: Documents;
  let started: number;
  before(async () => {
    world = await openWorld({ distance });
    documents = await openDocuments(world, folder);
    const id = await projectInTest(world);
    started = world.now;
    world.now += 48 * HOUR;
    await world.cases.actOnProject(PEOPLE.oem, id, "reportIncident", {
      what: "Gate scratched",
      happenedAt: new Date(world.now - HOUR).toISOString(),
      injured: 0,
      dead: 0,
      kind: "other",
    });
    for (const [who, name, input] of TO_ROUTINE) await world.cases.actOnProject(PEOPLE[who], id, name, input);
    world.now += 24 * HOUR;
  });
  after(async () => {
    await documents.close();
    await world.close();
    rmSync(folder, { recursive: true });
  });

  const draft = (who: Actor, input: object = {}) =>
    world.cases.engine.transact(who, (unit) =>
      world.cases.engine.create(unit, PROGRAMME_REPORT.kind, "draftReport", {
        ...(acceptedInput("draftReport") as object),
        ...input,
      }),
    );
  const act = (who: Actor, id: string, name: string, input: object = {}) =>
    world.cases.engine.transact(who, (unit) => world.cases.engine.act(unit, id, name, input));
  const folded = async (id: string) =>
    (await world.cases.engine.transact(SYSTEM_TRIGGER, ({ tx }) => getCase(tx, id))).folded as Folded<
      string,
      string,
      ProgrammeReportData
    >;

  it("R-6.29: counts incidents per 10,000 km over the time of the test, only where every distance is known", async () => {
    const figures = () =>
      world.cases.engine.transact(PEOPLE.samr, ({ tx, actor, at }) =>
        yearOf(tx, AUTOMOBILE, 2026, { actor, at, read: distance }),
      );
    const { distance: known } = await figures();
    assert.deepEqual(known, { km: 20_000, known: 2, vehicles: 2, incidents: 1, incidentsPer10000Km: 0.5 });
    assert.deepEqual(asked.at(-1), [started, started + 48 * HOUR]);
    odometers.delete(vehicle(1));
    const { distance: partly } = await figures();
    assert.deepEqual([partly?.known, partly?.vehicles, partly?.incidentsPer10000Km], [1, 2, null]);
    odometers.set(vehicle(1), 8_000);
  });

  it("R-6.29: is drafted by an authority that leads the programme, for a year that has begun, with the figures of the page", async () => {
    await assert.rejects(draft(PEOPLE.oem), codeOf("SG_ROLE_NOT_ALLOWED"));
    await assert.rejects(draft(PEOPLE.samr, { programme: "nobody-knows" }), codeOf("SG_PROGRAMME_UNKNOWN"));
    await assert.rejects(draft(PEOPLE.samr, { year: 2027 }), codeOf("SG_CASE_INPUT"));
    const { data } = await folded((await draft(PEOPLE.samr)).id);
    const { figures } = data;
    assert.deepEqual(
      [figures?.filed, figures?.admitted, figures?.acceptanceRate, figures?.incidents, figures?.incidentsPer10000Km],
      [1, 1, 100, 1, 0.5],
    );
    assert.deepEqual(figures?.ended, [{ state: "EXITED_TO_ROUTINE", projects: 1 }]);
  });

  it("R-6.29: is issued complete, by two persons, as a document that anybody may read and verify", async () => {
    const { id } = await draft(PEOPLE.samr);
    const kind = await folded((await draft(PEOPLE.samr, { kind: "final" })).id);
    assert.equal(kind.data.kind, "final");
    await assert.rejects(act(PEOPLE.samr, id, "issueFinal"), guardOf("reportKind"));
    await act(PEOPLE.samr, id, "issueAnnual");
    assert.equal((await folded(id)).state, "DRAFT");
    // The second one reads what was counted before signing.
    const app = await hostOf([world.cases.routes], PEOPLE);
    const page = async (who: keyof typeof PEOPLE, url: string) =>
      (await app.inject({ url, headers: { "x-person": who } })).json();
    const read = await page("samr2", `/cases/${id}`);
    assert.deepEqual([fieldOf(read, "figures.filed"), fieldOf(read, "figures.incidentsPer10000Km")], [1, 0.5]);
    await assert.rejects(act(PEOPLE.samr, id, "issueAnnual"));
    await act(PEOPLE.samr2, id, "issueAnnual");
    assert.equal((await folded(id)).state, "ISSUED");
    await documents.settle();
    const { items }: { readonly items: readonly { readonly id: string; readonly programme: string }[] } = await page(
      "oemB",
      "/public/reports",
    );
    assert.deepEqual(
      items.map((each) => each.programme),
      [AUTOMOBILE],
    );
    await app.close();
    const [report] = items;
    const { document, pdf } = await documents.reportFile(report!.id, "zh");
    assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), "%PDF-");
    const rows = document.content.sections.flatMap((section) => section.rows);
    const said = (label: string) => rows.find((row) => row.label.en === label)?.value;
    assert.equal(said("Incidents per 10,000 km")?.zh, "0.5");
    assert.equal(said("Programme")?.zh, BUILT_IN_PROGRAMMES[0]!.title.zh);
    assert.match(said("Projects that ended")?.en ?? "", /Exited to routine supervision/);
    assert.equal((await documents.verify(report!.id)).document.number, document.number);
    if (KEEP !== undefined)
      for (const language of ["zh", "en"] as const)
        writeFileSync(join(KEEP, `report-${language}.pdf`), (await documents.reportFile(report!.id, language)).pdf);
  });

  it("no other document is public", async () => {
    const [other] = (await documents.list(PEOPLE.samr, { limit: 50 })).filter((each) => each.code === "plan");
    await assert.rejects(documents.reportFile(other!.id, "en"), codeOf("SG_NOT_FOUND"));
  });

  it("an incomplete report is not issued, and a discarded one stays discarded", async () => {
    const { id } = await world.cases.engine.transact(PEOPLE.samr, (unit) =>
      world.cases.engine.create(unit, PROGRAMME_REPORT.kind, "draftReport", {
        kind: "annual",
        programme: AUTOMOBILE,
        year: 2026,
      }),
    );
    await assert.rejects(act(PEOPLE.samr, id, "issueAnnual"), guardOf("reportComplete"));
    await act(PEOPLE.samr, id, "discardReport");
    await assert.rejects(act(PEOPLE.samr, id, "reviseReport", { progress: "x" }));
  });
});
