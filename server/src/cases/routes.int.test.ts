import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { walkCases } from "./http.fixture.ts";
import { APPLICATION, PEOPLE, PLAN, projectInTest, TO_TESTING, vehicle } from "./world.fixture.ts";

describe("routes of cases", () => {
  const walk = walkCases();

  it("R-1.13: shows those who assign experts, and nobody else, who can be assigned", async () => {
    await walk.world.records.asSuperuser(
      `insert into accounts (id, account, name, role, organisation, password, demo) values
       ('acc_e1', 'e1', 'Chen', 'EXPERT', 'experts', 'x', false), ('acc_o1', 'o1', 'Maker', 'OEM', 'oem-a', 'x', false)`,
    );
    for (const who of ["samr", "ai", "supervisor"] as const) {
      const answer = await walk.ask(who, "GET", "/projects/experts");
      assert.deepEqual(answer.body.items, [{ id: "acc_e1", name: "Chen", organisation: "experts" }]);
    }
    for (const who of ["oem", "expert", "auditor", "local"] as const)
      assert.equal((await walk.ask(who, "GET", "/projects/experts")).status, 403, who);
  });

  it("walks a project to its test by HTTP, showing at each step what is possible", async () => {
    const created = await walk.ask("oem", "POST", "/projects", APPLICATION);
    assert.equal(created.status, 201);
    const { id } = created.body;
    assert.deepEqual(
      [created.body.state, created.body.title, created.body.version, created.body.organisation],
      ["DRAFT", APPLICATION.title, 1, "oem-a"],
    );
    for (const [who, name, input] of TO_TESTING) {
      const page = await walk.ask(who, "GET", `/projects/${id}`);
      const offered = page.body.possibleActions.find((each: { name: string }) => each.name === name);
      assert.equal(offered?.input.type, "object", `${name} is offered to ${who} with its schema`);
      const answer = await walk.ask(who, "POST", `/projects/${id}/actions/${name}`, {
        input,
        version: page.body.version,
      });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    }
    const { body } = await walk.ask("samr", "GET", `/projects/${id}`);
    assert.equal(body.state, "TESTING");
    assert.deepEqual(
      body.rail.map((each: { code: string; status: string }) => `${each.code} ${each.status}`),
      ["application done", "assessment done", "plan done", "test current", "report ahead", "exit ahead"],
    );
    assert.deepEqual(
      [body.limits.maxSpeed, body.vehicles, body.triggerSet.pack, body.margins],
      [120, PLAN.vehicles, "demo-sandbox", null],
    );
    assert.deepEqual(
      body.actions.map((each: { name: string }) => each.name),
      ["create", ...TO_TESTING.map((each) => each[1])],
    );
    assert.ok(
      body.obligations.every(
        (each: { dueAt: string; basis: { certainty: string } }) =>
          each.dueAt.endsWith("Z") && "FSDMP".includes(each.basis.certainty),
      ),
    );
  });

  it("answers an impossible action with 409 and what is possible, before it looks at the input", async () => {
    const { body: project } = await walk.ask("oem", "POST", "/projects", { title: "Short" });
    for (const [name, payload] of [
      ["start", {}],
      ["nonsense", { x: 1 }],
      ["planAgreed", undefined],
    ] as const) {
      const { status, body } = await walk.ask("oem", "POST", `/projects/${project.id}/actions/${name}`, payload);
      assert.deepEqual([status, body.error.code], [409, "SG_ACTION_NOT_POSSIBLE"], name);
      assert.deepEqual(
        body.error.possible.map((each: { name: string }) => each.name),
        ["edit", "withdraw"],
      );
      assert.ok(
        body.error.possible.every(
          (each: { title: { en: string; zh: string } }) => each.title.en !== "" && each.title.zh !== "",
        ),
      );
    }
    const blocked = (await walk.ask("oem", "GET", `/projects/${project.id}`)).body.blockedActions;
    assert.deepEqual(
      blocked.map((each: { name: string; missing: { code: string }[] }) => [
        each.name,
        each.missing.map((part) => part.code),
      ]),
      [["submit", ["accessProof", "objectType", "catalogueItem", "testPlan", "riskAssessment", "emergencyPlan"]]],
    );
  });

  it("takes the fields of an input beside the version too", async () => {
    const { body: project } = await walk.ask("oem", "POST", "/projects", { input: APPLICATION });
    const { status, body } = await walk.ask("oem", "POST", `/projects/${project.id}/actions/edit`, {
      summary: "flat",
      version: 1,
    });
    assert.deepEqual([status, body.summary, body.version], [200, "flat", 2]);
    assert.equal(
      (await walk.ask("oem", "POST", `/projects/${project.id}/actions/edit`, { summary: "stale", version: 1 })).body
        .error.code,
      "SG_CASE_CHANGED",
    );
    assert.equal(
      (await walk.ask("oem", "POST", `/projects/${project.id}/actions/edit`, { summary: 7 })).body.error.code,
      "SG_CASE_INPUT",
    );
    assert.equal(
      (await walk.ask("oem", "POST", `/projects/${project.id}/actions/edit`, { version: "1" })).body.error.code,
      "SG_REQUEST_INVALID",
    );
    assert.equal((await walk.ask("auditor", "POST", "/projects", APPLICATION)).body.error.code, "SG_ROLE_NOT_ALLOWED");
  });

  it("refuses to open a case about a project that is none, that goes on, or that another authority decides, at its field, and keeps nothing", async () => {
    const { body: project } = await walk.ask("oem", "POST", "/projects", { input: APPLICATION });
    const result = { title: "A", kind: "standardProposal", organisations: ["oem-a"], findings: ["x"] };
    const tracking = { title: "A", organisations: ["oem-a"], months: 12, reportMonths: 3 };
    for (const [type, input] of [
      ["sandbox-result", result],
      ["sandbox-follow-up", tracking],
    ] as const)
      for (const [who, named, why] of [
        ["samr", "prj_none", /is no sandbox project/],
        ["samr", project.id, /has not left the sandbox/],
        ["ai", project.id, /is no sandbox project that you can see/],
      ] as const) {
        const { status, body } = await walk.ask(who, "POST", "/cases", { type, input: { ...input, project: named } });
        assert.deepEqual(
          [status, body.error?.code, body.error?.parameters?.path],
          [400, "SG_CASE_INPUT", "/project"],
          who,
        );
        assert.match(body.error.parameters.rule, why);
      }
    for (const kind of ["sandbox-result", "sandbox-follow-up"])
      assert.deepEqual((await walk.ask("samr", "GET", `/cases?kind=${kind}`)).body.items, []);
  });

  it("refuses a trigger set in which nothing watches, at its field: a draft without one leaves it out", async () => {
    const create = (triggerSet: object) =>
      walk.ask("oem", "POST", "/projects", { input: { ...APPLICATION, triggerSet } });
    for (const nothing of [{}, { effects: [] }, { pack: " " }]) {
      const { status, body } = await create(nothing);
      assert.deepEqual(
        [status, body.error?.code, body.error?.parameters?.path],
        [400, "SG_CASE_INPUT", "/triggerSet/pack"],
      );
    }
    const { status, body } = await create({ pack: "demo-sandbox" });
    assert.equal(status, 201, JSON.stringify(body));
  });

  it("lists projects page by page and by filter, each to whom it concerns", async () => {
    for (let index = 0; index < 5; index += 1) {
      walk.world.now += 1_000;
      await walk.world.cases.createProject(PEOPLE.oem, { ...APPLICATION, title: `Listed ${index}` });
    }
    const seen: string[] = [];
    for (let next: string | null = ""; next !== null;) {
      const { body }: { body: { items: { title: string }[]; next: string | null } } = await walk.ask(
        "oem",
        "GET",
        `/projects?q=Listed&limit=2${next === "" ? "" : `&cursor=${next}`}`,
      );
      seen.push(...body.items.map((each) => each.title));
      next = body.next;
    }
    assert.deepEqual(
      seen,
      [4, 3, 2, 1, 0].map((index) => `Listed ${index}`),
    );
    assert.deepEqual((await walk.ask("oem", "GET", "/projects?state=READY,SUSPENDED")).body.items, []);
    assert.deepEqual((await walk.ask("oemB", "GET", "/projects")).body.items, []);
    assert.deepEqual((await walk.ask("auditor", "GET", "/projects")).body.items, []);
    assert.equal((await walk.ask("elsewhere", "GET", "/projects")).body.items.length, 0);
    assert.ok((await walk.ask("local", "GET", "/projects")).body.items.length > 0);
  });

  it("shows a work order with its findings and clocks, and takes its actions", async () => {
    const project = await projectInTest(walk.world);
    const finding = await walk.world.fire({ project, trigger: "EV-BAT-001", level: 3, vehicle: 1 });
    await walk.world.cases.drain();
    const { body: list } = await walk.ask(
      "samr",
      "GET",
      `/cases?kind=hazard-order&project=${project}&vehicle=${vehicle(1)}&level=3&open=true`,
    );
    assert.equal(list.items.length, 1);
    const [line] = list.items;
    assert.deepEqual(
      [line.state, line.type, line.level, line.organisation, line.overdue, line.standing],
      ["OPEN", "SANDBOX_TRIGGER", 3, "oem-a", false, true],
    );
    walk.world.now += 3_600_001;
    assert.equal((await walk.ask("samr", "GET", `/cases?overdue=true&project=${project}`)).body.items.length, 1);
    const { body: page } = await walk.ask("oem", "GET", `/cases/${line.id}`);
    assert.deepEqual(page.findings, [finding]);
    assert.match(page.findingRecords[0].sentence.zh, /单体过温/);
    assert.deepEqual(
      page.possibleActions.map((each: { name: string }) => each.name),
      ["notifyOwner", "linkAccident", "assign", "note"],
    );
    const { status, body } = await walk.ask("oem", "POST", `/cases/${line.id}/actions/notifyOwner`, {
      input: { channel: "app", advice: "Stop" },
    });
    assert.deepEqual([status, body.state], [200, "NOTIFIED"]);
    const anyKind = (await walk.ask("oem", "GET", `/cases/${project}`)).body;
    assert.deepEqual([anyKind.kind, anyKind.kindTitle.zh], ["sandbox-project", "沙盒项目"], "every kind has the page");
    assert.equal((await walk.ask("oemB", "GET", `/cases/${line.id}`)).body.error.code, "SG_NOT_FOUND");
    const suspended = (await walk.ask("oem", "GET", `/projects/${project}`)).body;
    assert.deepEqual(
      [suspended.state, suspended.suspension.by.role, suspended.suspension.finding],
      ["SUSPENDED", "system:trigger", finding],
    );
  });

  it("opens a work order by hand for those who supervise, once per vehicle and item", async () => {
    const order = { type: "LONG_OFFLINE", level: 0, item: "long-offline", vehicle: vehicle(3), organisation: "oem-a" };
    const { status, body } = await walk.ask("eidc", "POST", "/cases", order);
    assert.deepEqual(
      [status, body.state, body.organisation, body.region],
      [201, "OPEN", "oem-b", "310115"],
      "owner and region come from the registry",
    );
    assert.deepEqual(
      body.obligations.map((each: { code: string; unit: string; amount: number }) => [
        each.code,
        each.unit,
        each.amount,
      ]),
      [["repair", "day", 7]],
    );
    const first = await walk.ask("eidc", "POST", "/cases", {
      input: { ...order, item: "again" },
      idempotencyId: "again-1",
    });
    assert.equal(
      (await walk.ask("eidc", "POST", "/cases", { input: { ...order, item: "again" }, idempotencyId: "again-1" })).body
        .id,
      first.body.id,
      "a repeated call opens nothing new",
    );
    const twice = await walk.ask("eidc", "POST", "/cases", order);
    assert.deepEqual([twice.status, twice.body.error.code], [409, "SG_ORDER_EXISTS"]);
    assert.equal(
      (await walk.ask("oemB", "POST", "/cases", { ...order, item: "other" })).body.error.code,
      "SG_ROLE_NOT_ALLOWED",
    );
    assert.equal(
      (await walk.ask("eidc", "POST", "/cases", { ...order, vehicle: "veh_zzzzzzzzzzzzz" })).body.error.code,
      "SG_ORDER_VEHICLE",
    );
    const located = await walk.ask("oemB", "POST", `/cases/${body.id}/actions/locateOrContact`, {
      how: "Called the owner",
    });
    assert.equal(located.body.state, "VERIFYING");
    assert.equal(
      (
        await walk.ask("elsewhere", "POST", `/cases/${body.id}/actions/confirmed`, {
          outcome: "stored",
          evidence: "Photo",
        })
      ).body.state,
      "RESOLVED",
      "the local department of its territory",
    );
    assert.equal((await walk.ask("local", "GET", `/cases/${body.id}`)).status, 404, "another territory's department");
  });

  const accident = (fields: object = {}) => ({
    type: "accident",
    input: {
      happenedAt: new Date(walk.world.now - 3_600_000).toISOString(),
      place: "Nanshan",
      what: "Smoke while charging",
      source: "enterprise",
      vehicle: vehicle(0),
      fire: true,
      contact: "13800000000",
      ...fields,
    },
  });

  it("refuses an edit of an old version with the actions in between and what differs, without what the reader may not see", async () => {
    const { body: opened } = await walk.ask("oem", "POST", "/cases", accident());
    assert.equal(opened.version, 1, JSON.stringify(opened));
    await walk.ask("samr", "POST", `/cases/${opened.id}/actions/confirmAccident`, { version: 1 });
    await walk.ask("oem", "POST", `/cases/${opened.id}/actions/correct`, {
      input: { reasons: "Hospital called", injured: 2, contact: "13900000000" },
    });
    const answer = await walk.ask("eidc", "POST", `/cases/${opened.id}/actions/attach`, {
      input: { documents: [{ kind: "photos", title: "Scene" }] },
      version: 1,
    });
    assert.deepEqual([answer.status, answer.body.error.code], [409, "SG_CASE_CHANGED"]);
    const { changes, differences, version, seen } = answer.body.error.parameters;
    assert.deepEqual([version, seen], [3, 1]);
    assert.deepEqual(
      changes.map((each: { name: string; sequence: number; by: { id: string } }) => [
        each.sequence,
        each.name,
        each.by.id,
      ]),
      [
        [2, "confirmAccident", "acc_samr"],
        [3, "correct", "acc_oem_a"],
      ],
    );
    assert.deepEqual(changes[1].input, { reasons: "Hospital called", injured: 2 }, "the contact is not for EIDC");
    const fields = differences.map((each: { field: string }) => each.field);
    assert.ok(
      ["state", "data.injured", "obligation.samrBasic#1"].every((field) => fields.includes(field)),
      String(fields),
    );
    assert.ok(!fields.includes("data.contact"));
    assert.deepEqual(
      differences.find((each: { field: string }) => each.field === "data.injured"),
      { field: "data.injured", title: { en: "Injured", zh: "受伤人数" }, now: 2 },
    );
    const again = await walk.ask("eidc", "POST", `/cases/${opened.id}/actions/attach`, {
      input: { documents: [{ kind: "photos", title: "Scene" }] },
      version: 3,
    });
    assert.equal(again.status, 200, "on the version that is, it is taken");
  });

  it("says of every other action why it is not possible", async () => {
    const { body: opened } = await walk.ask("oem", "POST", "/cases", accident());
    const { status, body } = await walk.ask("samr", "POST", `/cases/${opened.id}/actions/rootCause`, {
      rootCause: "battery",
      conclusion: "Cell",
    });
    assert.equal(status, 409);
    const { impossible } = body.error.parameters;
    const why = new Map(impossible.map((each: { name: string; kind: string }) => [each.name, each.kind]));
    assert.deepEqual(
      [why.get("rootCause"), why.get("submitReport"), why.get("acceptReport"), why.get("confirmAccident")],
      ["state", "role", "guard", undefined],
    );
    assert.ok(body.error.possible.some((each: { name: string }) => each.name === "confirmAccident"));
  });

  it("keeps a person's draft of an action until it is sent, dropped or too old, and shows it to nobody else", async () => {
    const { body: opened } = await walk.ask("oem", "POST", "/cases", accident());
    const draft = `/cases/${opened.id}/drafts/correct`;
    const saved = await walk.ask("oem", "PUT", draft, { content: { reasons: "Hosp" }, version: 1 });
    assert.equal(saved.status, 200, JSON.stringify(saved.body));
    await walk.ask("oem", "PUT", draft, { content: { reasons: "Hospital called", injured: 1 }, version: 1 });
    const list = (await walk.ask("oem", "GET", `/cases/${opened.id}/drafts`)).body.items;
    assert.deepEqual(
      list.map((each: { action: string; content: object; version: number }) => [
        each.action,
        each.content,
        each.version,
      ]),
      [["correct", { reasons: "Hospital called", injured: 1 }, 1]],
    );
    assert.deepEqual((await walk.ask("samr", "GET", `/cases/${opened.id}/drafts`)).body.items, []);
    assert.equal((await walk.ask("oemB", "PUT", draft, { content: {} })).status, 404, "not their case");
    assert.equal(
      (await walk.ask("oem", "PUT", `/cases/${opened.id}/drafts/nonsense`, { content: {} })).body.error.code,
      "SG_CASE_DRAFT",
    );
    assert.equal(
      (await walk.ask("oem", "PUT", draft, { content: { reasons: "x".repeat(250_000) } })).body.error.code,
      "SG_CASE_DRAFT",
    );
    await walk.ask("oem", "POST", `/cases/${opened.id}/actions/correct`, { input: list[0].content, version: 1 });
    assert.deepEqual((await walk.ask("oem", "GET", `/cases/${opened.id}/drafts`)).body.items, [], "sent, so gone");

    await walk.ask("oem", "PUT", "/case-types/accident/drafts/report", { content: { place: "Futian" } });
    assert.equal((await walk.ask("oem", "GET", "/case-types/accident/drafts")).body.items[0].content.place, "Futian");
    const before = walk.world.now;
    walk.world.now += 31 * 86_400_000;
    assert.deepEqual((await walk.ask("oem", "GET", "/case-drafts")).body.items, [], "too old");
    await walk.world.cases.runClock();
    walk.world.now = before;
    assert.deepEqual(await walk.world.records.asSuperuser("select scope from case_drafts"), [], "and removed");
    await walk.ask("oem", "PUT", "/case-types/accident/drafts/report", { content: { place: "Futian" } });
    assert.deepEqual((await walk.ask("oem", "DELETE", "/case-types/accident/drafts/report")).body, { dropped: true });
  });

  it("lists a person's drafts by name, and drops many at once, nobody else's among them", async () => {
    const { body: opened } = await walk.ask("oem", "POST", "/cases", accident());
    await walk.ask("oem", "PUT", `/cases/${opened.id}/drafts/correct`, { content: { reasons: "Hosp" } });
    await walk.ask("oem", "PUT", "/case-types/accident/drafts/report", { content: { place: "Futian" } });
    const { items } = (await walk.ask("oem", "GET", "/case-drafts")).body;
    assert.deepEqual(
      items.map((each: Record<string, { en: string } | null>) => [each.case, each.actionTitle?.en, each.caseTitle?.en]),
      [
        [opened.id, "Correct facts", opened.title.en],
        [null, "Report accident", undefined],
      ],
    );
    const drafts = [
      { case: opened.id, action: "correct" },
      { kind: "accident", action: "report" },
    ];
    assert.deepEqual((await walk.ask("oemB", "POST", "/case-drafts/drop", { drafts })).body, { dropped: 0 });
    assert.deepEqual((await walk.ask("oem", "POST", "/case-drafts/drop", { drafts })).body, { dropped: 2 });
    assert.deepEqual((await walk.ask("oem", "POST", "/case-drafts/drop", { drafts })).body, { dropped: 0 });
    assert.deepEqual((await walk.ask("oem", "GET", "/case-drafts")).body.items, []);
  });

  it("shows what is due when, for whom, and counts it", async () => {
    const { body: opened } = await walk.ask("oem", "POST", "/cases", accident({ injured: 1 }));
    const url = `/obligations?case=${opened.id}`;
    const { items } = (await walk.ask("oem", "GET", url)).body;
    assert.deepEqual(
      items.map((each: { code: string; group: string }) => [each.code, each.group]),
      [
        ["samrBasic", "today"],
        ["eidcBasic", "week"],
        ["samrFull", "week"],
        ["eidcDetail", "week"],
        ["eidcAnalysis", "later"],
      ],
    );
    assert.deepEqual(
      [
        items[0].basis.requirement,
        items[0].basis.certainty,
        items[0].case.id,
        items[0].bearers,
        items[0].nextStep.code,
      ],
      ["R-4.1", "F", opened.id, ["OEM", "IMPORTER"], "dueSoon"],
    );
    const pages: string[] = [];
    for (let next: string | null = `${url}&limit=2`; next !== null;) {
      const page: { items: { code: string }[]; next: string | null } = (await walk.ask("oem", "GET", next)).body;
      pages.push(...page.items.map(({ code }) => code));
      next = page.next === null ? null : `${url}&limit=2&cursor=${page.next}`;
    }
    assert.deepEqual(
      pages,
      items.map((each: { code: string }) => each.code),
    );
    const { body: facets } = await walk.ask("oem", "GET", `/obligations/facets?case=${opened.id}`);
    assert.deepEqual(
      facets.groups.map((each: { group: string; count: number }) => `${each.group} ${each.count}`),
      ["overdue 0", "today 1", "week 3", "later 1", "paused 0"],
    );
    assert.deepEqual([facets.total, facets.kinds[0].kind], [5, "accident"]);
    assert.deepEqual((await walk.ask("samr", "GET", `${url}&scope=mine`)).body.items, [], "no duty of SAMR's");
    assert.deepEqual((await walk.ask("oemB", "GET", url)).body.items, [], "not theirs to see");
    assert.equal((await walk.ask("oem", "GET", "/obligations?type=none")).body.error.code, "SG_CASE_KIND");
  });

  it("refuses bad paging", async () => {
    assert.equal((await walk.ask("samr", "GET", "/projects?cursor=rubbish")).body.error.code, "SG_CURSOR_INVALID");
    assert.equal((await walk.ask("samr", "GET", "/projects?limit=0")).status, 400);
    for (const url of [
      "/projects?q=%00",
      "/projects?state=%00",
      "/projects?vehicle=%00",
      "/projects/%00",
      "/cases/a%00b",
      "/cases?project=%00",
    ]) {
      assert.equal((await walk.ask("samr", "GET", url)).status, 400, url);
    }
    assert.equal((await walk.ask("oem", "POST", "/projects", { title: "x", idempotencyId: "a\0" })).status, 400);
    assert.equal((await walk.ask("oem", "POST", "/projects", { title: "x\0" })).body.error.code, "SG_CASE_INPUT");
    assert.equal((await walk.ask("samr", "GET", `/projects/${encodeURIComponent("不存在")}`)).status, 404);
    assert.equal((await walk.ask("oem", "POST", "/projects/none/actions/%00", {})).body.error.code, "SG_NOT_FOUND");
  });
});
