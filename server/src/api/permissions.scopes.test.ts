/**
 * Nobody sees by the API what the words of REQUIREMENTS §8.2 forbid: generated actors ask real routes over a real database, where
 * row policies answer too, and what comes back is compared with an oracle that shares no code with either
 * (packages/casework/src/access/matrix-oracle.ts). Roles × organisations × regions × states of cases × fields; lists, single
 * records, search, exports, the event stream. `SANDGLASS_SCOPE_ATTEMPTS` sets how many; `npm run test:permissions` makes many.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ROLE_CODES, ROLES, SANDBOX_STATES } from "@sandglass/casework";
import { readMatrix, type OracleActor, type OracleRecord } from "@sandglass/casework/matrix-oracle";
import { sql } from "kysely";
import { vehicleIdOf, type HistoryScope } from "../access/mod.ts";
import { createCases, type Cases } from "../cases/mod.ts";
import { APPLICATION } from "../cases/world.fixture.ts";
import { SandglassError } from "../errors/mod.ts";
import { SYSTEM_SETUP, type Actor } from "../records/mod.ts";
import { findingRoutes } from "../supervision/mod.ts";
import { TOPICS, type Topic } from "./live/event-hub.ts";
import { isVisible } from "./live/visibility.ts";
import { subjectRoutes } from "./routes/subjects.ts";
import { attachmentRoutes, Attachments } from "../attachments/mod.ts";
import { DiskStore } from "../objects/mod.ts";
import { openTestApi, type TestApi } from "./testing/open-test-api.ts";

const ATTEMPTS = Number(process.env["SANDGLASS_SCOPE_ATTEMPTS"] ?? 600);
const HUMAN = ROLE_CODES.filter((role) => ROLES[role].kind !== "system");
const ORGANISATIONS = ["oem-a", "oem-b", "battery-a", "samr"] as const;
const REGIONS = ["440305", "440100", "310115"] as const;
/** Departments with a part in a programme: of vehicles, of AI, of road tests. */
const PROGRAMMES = [
  ["SAMR", "MIIT", "MOT", "MEM", "GACC"],
  ["AI_REGULATOR", "CAC"],
  ["MIIT", "SAMR", "MPS", "MOT"],
] as const;
const TERRITORIES = ["440300", "440000", "310000", ""] as const;
const oracle = readMatrix();

interface Car extends OracleRecord {
  readonly id: string;
  readonly key: bigint;
  readonly vin: string;
  readonly isPrivate: boolean;
}
interface Listed extends OracleRecord {
  readonly id: string;
}

function generator(seed: number): <T>(items: readonly T[]) => T {
  let state = seed;
  return (items) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return items[Math.floor((state / 2 ** 32) * items.length)]!;
  };
}

describe("what the API shows to whom", () => {
  let t: TestApi;
  let cases: Cases;
  const cars: Car[] = [];
  const findings: Listed[] = [];
  const projects: Listed[] = [];
  const subjects: Listed[] = [];
  const tokens = new Map<string, Promise<{ readonly token: string; readonly actor: Actor }>>();

  before(async () => {
    t = await openTestApi({
      plugins: (base) => {
        cases = createCases({
          records: base.records,
          now: () => base.clock.now,
          checkTriggerSet: async () => ({ hash: "ab".repeat(32) }),
        });
        const { access } = base;
        // Lists and records of subjects ask no history.
        const history = undefined as never;
        const attachments = new Attachments({
          records: base.records,
          engine: cases.engine,
          objects: new DiskStore(join(base.dataDir, "objects")),
          secret: Buffer.alloc(32, 7),
          origin: () => "http://files.example",
          now: () => base.clock.now,
        });
        return [
          cases.routes,
          findingRoutes({ records: base.records }),
          subjectRoutes({ access, history }),
          attachmentRoutes({ attachments, limit: 1_000_000 }),
        ];
      },
    });
    await t.base.access.directory.ensureOrganisation({
      id: "battery-a",
      kind: "batteryMaker",
      names: { en: "b", zh: "b" },
    });
    await seedCars();
    await seedFindings();
    await seedProjects();
    await seedFiles();
    await seedSubjects();
  });
  after(() => t.close());

  async function seedCars(): Promise<void> {
    let n = 0;
    for (const organisation of ["oem-a", "oem-b"]) {
      for (const region of REGIONS) {
        for (const extra of [{}, { batteryMaker: "battery-a" }, { use: "private" }]) {
          const vin = `LSJE3609${"X"}MS${String(++n).padStart(6, "0")}`;
          await t.base.access.registry.register(SYSTEM_SETUP, [{ vin, organisation, region, details: extra }]);
          const key = t.base.access.keyOf(vin);
          cars.push({
            id: vehicleIdOf(key),
            key,
            vin,
            organisations: "batteryMaker" in extra ? [organisation, "battery-a"] : [organisation],
            regions: [region],
            assigned: [],
            isPrivate: "use" in extra,
          });
        }
      }
    }
  }

  async function seedFindings(): Promise<void> {
    await t.base.records.asSuperuser(
      `insert into trigger_versions (version_hash, trigger_id, version, title_en, title_zh, level_min, level_max, text_en, text_zh, sentence_en, sentence_zh, inputs, set_hash)
       values ('v', 'T-1', 1, 't', 't', 1, 4, '', '', '', '', '[]', 's')`,
    );
    for (const [index, car] of cars.entries()) {
      const id = `fnd_${String(index).padStart(26, "0")}`;
      await t.base.records.asSuperuser(
        `insert into findings (id, trigger_id, version, version_hash, level, status, vehicle, assurance, onset, condition_since, onset_observed, witnesses, seq, detected_at, evidence_from, evidence_to)
         values ($1, 'T-1', 1, 'v', 3, 'firing', $2, 1, now(), now(), true, '[]', 1, now(), now(), now())`,
        [id, String(car.key)],
      );
      findings.push({ id, organisations: car.organisations, regions: car.regions, assigned: [] });
    }
  }

  /** One drafted project each way, then copies of it in every state: who sees a case must not depend on where it stands. */
  async function seedProjects(): Promise<void> {
    const maker: Actor = { kind: "person", id: "acc_maker", role: "OEM", organisation: "oem-a" };
    const { id } = await cases.createProject(maker, { ...APPLICATION, title: "p" });
    for (const [index, state] of Object.keys(SANDBOX_STATES).entries()) {
      for (const [other, organisations] of [["oem-a", "battery-a"], ["oem-b"], ["battery-a", "oem-b"]].entries()) {
        const copy = `prj_${String(index * 10 + other).padStart(20, "0")}`;
        const regions = [REGIONS[(index + other) % REGIONS.length]!];
        const assigned = index % 2 === 0 ? ["acc_expert"] : [];
        const coIssuers = PROGRAMMES[(index + other) % PROGRAMMES.length]!;
        await t.base.records.asSuperuser(
          `insert into cases (id, kind, definition, state, version, title_en, title_zh, organisations, regions, assigned, departments, opened_at, since, changed_at, folded)
           select $1, kind, definition, $2, version, title_en, title_zh, $3, $4, $5, $7, opened_at, since, changed_at, jsonb_set(folded, '{state}', to_jsonb($2::text)) from cases where id = $6`,
          [copy, state, organisations, regions, assigned, id, coIssuers],
        );
        projects.push({ id: copy, organisations, regions, assigned, coIssuers });
      }
    }
    const { limits } = APPLICATION;
    projects.push({ id, organisations: ["oem-a"], regions: limits.regions, assigned: [], coIssuers: PROGRAMMES[0] });
  }

  /** A file and a document in each project. */
  async function seedFiles(): Promise<void> {
    for (const [index, { id }] of projects.entries()) {
      await t.base.records.asSuperuser(
        `insert into attachments (id, case_id, name, type, bytes, sha256, actor_id, actor_role, organisation, at, leaf_id)
         values ($1, $2, 'f.pdf', 'application/pdf', 1, repeat('a', 64), 'acc', 'OEM', 'oem-a', now(), 'leaf')`,
        [`att_${String(index).padStart(20, "0")}`, id],
      );
      await t.base.records.asSuperuser(
        `insert into documents (id, number, case_id, case_kind, action_id, code, title_en, title_zh, issued_at, issuer_en, issuer_zh, content, content_hash, files, leaf_id)
         values ($1, $1, $2, 'sandbox-project', 'a', 'receipt', 't', 't', now(), 'i', 'i', '{}', repeat('b', 64), '{}', 'leaf')`,
        [`doc_${String(index).padStart(20, "0")}`, id],
      );
    }
  }

  async function seedSubjects(): Promise<void> {
    for (const organisation of ["oem-a", "battery-a"])
      for (const region of REGIONS) {
        const subject = await t.base.access.subjects.register(SYSTEM_SETUP, {
          kind: "ai_service",
          name: `${organisation}-${region}`,
          organisation,
          region,
        });
        subjects.push({ id: subject.id, organisations: [organisation], regions: [region], assigned: [] });
      }
  }

  const asOracle = (actor: Actor): OracleActor => ({
    id: actor.id,
    role: actor.role,
    organisation: actor.organisation,
    region: actor.region ?? "",
  });
  const may = (actor: Actor, object: string, record: OracleRecord): boolean =>
    oracle.mayTouch(asOracle(actor), object, "read", record);
  /** A finding of a vehicle is seen by whom the right covers, and with a right short of all by whom the vehicle is there. */
  const sees = (actor: Actor, object: string, record: OracleRecord): boolean =>
    may(actor, object, record) &&
    (object !== "finding" ||
      oracle.reaches(actor.role, object, "read").includes("all") ||
      may(actor, "vehicleRegister", record));
  const tokenOf = (role: string, organisation: string, region: string) => {
    const key = [role, organisation, region].join();
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const made = (async () => {
      const token = await t.tokenOf(role, organisation, region === "" ? undefined : region);
      const actor = await t.base.access.tokens.find(token);
      assert.ok(actor);
      return { token, actor };
    })();
    tokens.set(key, made);
    return made;
  };
  /** 200 exactly when the oracle says so; a refusal names nothing of the record. */
  const judge = (response: { statusCode: number; body: string }, allowed: boolean, what: string): void => {
    if (allowed) assert.equal(response.statusCode, 200, `denied: ${what} ${response.body.slice(0, 200)}`);
    else assert.ok([403, 404].includes(response.statusCode), `shown: ${what} ${response.statusCode}`);
  };
  const idsIn = (body: string): string[] =>
    (JSON.parse(body) as { items: { id: string }[] }).items.map((item) => item.id).sort();
  /** A list holds what the oracle allows and nothing else; without any reach, it may be refused as a whole. */
  const judgeList = (
    response: { statusCode: number; body: string },
    records: readonly Listed[],
    actor: Actor,
    object: string,
  ): void => {
    const expected = records.filter((record) => sees(actor, object, record)).map(({ id }) => id);
    if (response.statusCode === 403) return assert.deepEqual(expected, [], `${actor.role} ${object} refused`);
    assert.equal(response.statusCode, 200, response.body.slice(0, 200));
    assert.deepEqual(
      idsIn(response.body),
      expected.sort(),
      `${actor.role} ${actor.organisation} ${actor.region} ${object}`,
    );
  };

  test(`${ATTEMPTS} attempts at records, lists, search, full VINs, telemetry scopes, files, exports and administration`, async () => {
    const pick = generator(8_2);
    const counts = { shown: 0, denied: 0 };
    const attempts: Record<string, (actor: Actor, token: string) => Promise<void>> = {
      async vehicle(actor, token) {
        const car = pick(cars);
        judge(await t.get(`/vehicles/${car.id}`, token), may(actor, "vehicleRegister", car), `${actor.role} vehicle`);
      },
      async vehicles(actor, token) {
        judgeList(await t.get("/vehicles?limit=1000", token), cars, actor, "vehicleRegister");
      },
      async search(actor, token) {
        const car = pick(cars);
        const response = await t.post("/vehicles/search", { vin: car.vin }, token);
        const expected = may(actor, "vehicleRegister", car);
        if (response.statusCode !== 200) return assert.ok(!expected && response.statusCode === 403);
        assert.deepEqual(idsIn(response.body), expected ? [car.id] : []);
        assert.ok(!response.body.includes(car.vin), "masked");
      },
      async unmask(actor, token) {
        const car = pick(cars);
        const response = await t.post(`/vehicles/${car.id}/unmask`, { reason: "property test" }, token);
        // Who does not reach the vehicle reaches no VIN of it; `case` reaches none here, because there are no such cases.
        judge(response, may(actor, "vinFull", car) && may(actor, "vehicleRegister", car), `${actor.role} unmask`);
      },
      async telemetry(actor) {
        const car = pick(cars);
        let scope: HistoryScope | undefined;
        try {
          scope = await t.base.access.scopes.ofVehicle(actor, car.key);
        } catch (cause) {
          assert.ok(
            cause instanceof SandglassError && ["SG_FORBIDDEN", "SG_NEEDS_CASE", "SG_NOT_FOUND"].includes(cause.code),
          );
        }
        const bar = (reach: string): boolean =>
          car.isPrivate && oracle.reaches(actor.role, "rawTelemetry", "read").includes(reach);
        assert.equal(
          scope !== undefined,
          may(actor, "rawTelemetry", car) && !bar("territory"),
          `${actor.role} telemetry`,
        );
        if (scope === undefined) return;
        const location =
          may(actor, "location", car) &&
          !(car.isPrivate && !oracle.reaches(actor.role, "location", "read").includes("all"));
        assert.equal(scope.location, location, `${actor.role} location ${car.isPrivate}`);
        assert.equal(scope.fullVin, may(actor, "vinFull", car), `${actor.role} VIN in frames`);
        const fleet = await t.base.access.scopes.ofFleet(actor);
        for (const each of cars)
          if (fleet.vehicles === "all" || fleet.vehicles.has(each.key)) {
            assert.ok(may(actor, "rawTelemetry", each), `${actor.role} fleet`);
            if (fleet.location && each.isPrivate)
              assert.ok(oracle.reaches(actor.role, "location", "read").includes("all"));
          }
      },
      async finding(actor, token) {
        const finding = pick(findings);
        judge(await t.get(`/findings/${finding.id}`, token), sees(actor, "finding", finding), `${actor.role} finding`);
      },
      async findings(actor, token) {
        judgeList(await t.get("/findings?limit=1000", token), findings, actor, "finding");
      },
      async project(actor, token) {
        const project = pick(projects);
        judge(
          await t.get(`/projects/${project.id}`, token),
          may(actor, "sandboxApplication", project),
          `${actor.role} project`,
        );
      },
      async projects(actor, token) {
        judgeList(await t.get("/projects?limit=1000", token), projects, actor, "sandboxApplication");
      },
      async attachments(actor, token) {
        const project = pick(projects);
        const allowed = may(actor, "sandboxApplication", project);
        judge(await t.get(`/cases/${project.id}/attachments`, token), allowed, `${actor.role} attachments`);
        const index = String(projects.indexOf(project)).padStart(20, "0");
        const link = await t.post(`/attachments/att_${index}/link`, {}, token);
        assert.equal(link.statusCode < 300, allowed, `${actor.role} link ${link.statusCode}`);
      },
      async subjects(actor, token) {
        judgeList(await t.get("/subjects?limit=1000", token), subjects, actor, "subjectRegister");
      },
      async administration(actor, token) {
        for (const [url, object] of [
          ["/accounts", "identity"],
          ["/sign-in-policies", "identity"],
          ["/access-log?limit=1", "log"],
          ["/access-log/export?action=none", "log"],
          ["/platforms", "platformLink"],
        ] as const) {
          const allowed = oracle.reaches(actor.role, object, "read").length > 0;
          judge(await t.get(url, token), allowed, `${actor.role} ${url}`);
        }
        const made = await t.post(
          "/organisations",
          { id: "x", kind: "maker", names: { en: "x", zh: "x" }, region: "1" },
          token,
        );
        assert.equal(made.statusCode, 400, "the schema answers first");
      },
      async database(actor) {
        const rows = await t.base.records.transact(actor, async (tx) => ({
          vehicles: (await tx.selectFrom("vehicles").select("key").execute()).map(({ key }) => vehicleIdOf(key)).sort(),
          findings: (await tx.selectFrom("findings").select("id").execute()).map(({ id }) => id).sort(),
          files: (await tx.selectFrom("attachments").select("case_id as id").execute()).map(({ id }) => id).toSorted(),
          documents: (await tx.selectFrom("documents").select("case_id as id").execute())
            .map(({ id }) => id)
            .toSorted(),
          log: (await tx.selectFrom("access_log").select("id").limit(1).execute()).length,
          accounts: (await sql<{ n: bigint }>`select count(*) as n from accounts where id <> ${actor.id}`.execute(tx))
            .rows[0]!.n,
        }));
        const ids = (records: readonly Listed[], object: string) =>
          records
            .filter((record) => sees(actor, object, record))
            .map(({ id }) => id)
            .sort();
        assert.deepEqual(rows.vehicles, ids(cars, "vehicleRegister"), actor.role);
        assert.deepEqual(rows.findings, ids(findings, "finding"), actor.role);
        const own = ids(projects, "sandboxApplication");
        assert.deepEqual([rows.files, rows.documents], [own, own], actor.role);
        if (oracle.reaches(actor.role, "log", "read").length === 0) assert.equal(rows.log, 0, actor.role);
        if (oracle.reaches(actor.role, "identity", "read").length === 0) assert.equal(rows.accounts, 0n, actor.role);
      },
    };
    const names = Object.keys(attempts);
    for (let run = 0; run < ATTEMPTS; run += 1) {
      const { token, actor } = await tokenOf(pick(HUMAN), pick(ORGANISATIONS), pick(TERRITORIES));
      await attempts[names[run % names.length]!]!(actor, token);
      counts[may(actor, "vehicleRegister", cars[0]!) ? "shown" : "denied"] += 1;
    }
    assert.ok(counts.shown > ATTEMPTS / 20 && counts.denied > ATTEMPTS / 20, JSON.stringify(counts));
  });

  test("events of the stream reach nobody whom the matrix denies the thing they name", () => {
    const pick = generator(4);
    const objects: Readonly<Record<Topic, string | undefined>> = {
      situation: undefined,
      finding: "finding",
      project: "sandboxApplication",
      case: "hazardOrder",
      command: "vehicleCommand",
      rule: "triggerRules",
      ledger: "ledger",
      alarm: "operation",
    };
    let delivered = 0;
    for (let run = 0; run < ATTEMPTS * 20; run += 1) {
      const region = pick(REGIONS);
      const organisation = pick(ORGANISATIONS);
      const actor: Actor = {
        kind: "person",
        id: pick(["p", "q"]),
        role: pick(HUMAN),
        organisation: pick(ORGANISATIONS),
        region: pick(TERRITORIES),
      };
      const topic = pick(TOPICS);
      // Kinds of cases have rows of their own in the matrix; their events say which.
      const own = topic === "case" ? pick([undefined, "accidentTrackA", "recallFile"] as const) : undefined;
      const object = own ?? objects[topic];
      const assigned = pick([[], ["p"]] as const);
      const departments = pick([[], ...PROGRAMMES]);
      const extent = { organisations: [organisation], regions: [region], assigned, departments };
      const seen = isVisible(
        { topic, data: { id: "x" }, extent, ...(own === undefined ? {} : { object: own }) },
        actor,
      );
      if (object === undefined || !seen) continue;
      delivered += 1;
      const general = topic === "ledger" || topic === "alarm";
      const allowed = general
        ? oracle.reaches(actor.role, object, "read").length > 0
        : may(actor, object, { ...extent, coIssuers: departments });
      assert.ok(allowed, `${actor.role} ${topic}`);
    }
    assert.ok(delivered > ATTEMPTS, "some were delivered");
  });
});
