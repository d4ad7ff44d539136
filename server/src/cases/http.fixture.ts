/**
 * For tests of kinds of case: a world of its own behind the routes of cases, used over HTTP by persons by name.
 *
 *     const walk = walkCases({ others: { police: person("acc_police", "TRAFFIC_POLICE", "samr") } });
 *     const id = await walk.open("oem", "data-report", input);
 *     await walk.seenBy(id, { police: 200, oemB: 404 });
 *     assert.equal((await walk.take("oem", id, "assessData")).state, "ASSESSED");
 *
 * Said in a `describe` or at the top of a file, it is opened before the first of their tests and closed after the last.
 */
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { acceptedInput } from "@sandglass/casework/testing";
import type { FastifyInstance } from "fastify";
import { hostOf } from "../http/host.fixture.ts";
import { SYSTEM_CLOCK, type Actor } from "../records/mod.ts";
import { checkCase, type CasesOptions } from "./mod.ts";
import { DAY, openWorld, PEOPLE, type World } from "./world.fixture.ts";

export type Person = keyof typeof PEOPLE;

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field
export type Body = any;

export interface Answer {
  readonly status: number;
  readonly body: Body;
}

export interface WalkOptions<Others> {
  /** Who acts beside the people of the world. */
  readonly others?: Others;
  readonly cases?: Partial<CasesOptions>;
  /** What the world holds before the first test. */
  readonly prepare?: (world: World) => Promise<unknown>;
}

export function walkCases<Others extends Readonly<Record<string, Actor>> = Record<never, Actor>>({
  others,
  cases = {},
  prepare,
}: WalkOptions<Others> = {}): CaseWalk<Person | Extract<keyof Others, string>> {
  const walk = new CaseWalk<Person | Extract<keyof Others, string>>();
  before(async () => {
    const world = await openWorld(cases);
    walk.begin(world, await hostOf([world.cases.routes], { ...PEOPLE, ...others }));
    await prepare?.(world);
  });
  after(() => walk.end());
  return walk;
}

class CaseWalk<Name extends string> {
  readonly #visited = new Map<string, Set<string>>();
  #world: World | undefined;
  #app: FastifyInstance | undefined;

  begin(world: World, app: FastifyInstance): void {
    this.#world = world;
    this.#app = app;
  }
  async end(): Promise<void> {
    await this.#app?.close();
    await this.#world?.close();
  }

  /** @throws outside tests and their hooks */
  get world(): World {
    assert.ok(this.#world, "the world is opened by a hook");
    return this.#world;
  }

  async ask(who: Name, method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: object): Promise<Answer> {
    const answer = await this.#app!.inject({
      method,
      url,
      headers: { "x-person": who },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, body: answer.json() };
  }

  /** Reads what must be there. */
  async read(who: Name, url: string): Promise<Body> {
    const { status, body } = await this.ask(who, "GET", url);
    assert.equal(status, 200, `${url}: ${JSON.stringify(body)}`);
    return body;
  }

  tryToOpen(who: Name, type: string, input: unknown): Promise<Answer> {
    return this.ask(who, "POST", "/cases", { type, input });
  }
  /** @returns the id of the case */
  async open(who: Name, type: string, input: unknown): Promise<string> {
    const { status, body } = await this.tryToOpen(who, type, input);
    assert.equal(status, 201, JSON.stringify(body));
    this.#note(body);
    return body.id;
  }

  tryTo(who: Name, id: string, action: string, input: unknown = acceptedInput(action)): Promise<Answer> {
    return this.ask(who, "POST", `/cases/${id}/actions/${action}`, { input });
  }
  /** Takes an action that must succeed. @returns the case as it then is */
  async take(who: Name, id: string, action: string, input?: unknown): Promise<Body> {
    const { status, body } = await this.tryTo(who, id, action, input);
    assert.equal(status, 200, `${action} by ${who}: ${JSON.stringify(body)}`);
    this.#note(body);
    return body;
  }
  /** An action that must be refused. @returns the answer */
  async refused(who: Name, id: string, action: string, input?: unknown): Promise<Answer> {
    const answer = await this.tryTo(who, id, action, input);
    assert.ok(answer.status >= 400, `${action} by ${who} was not refused`);
    return answer;
  }

  /** The states of cases of a kind that were reached by what was opened and taken here. */
  visited(kind: string): ReadonlySet<string> {
    return this.#visited.get(kind) ?? new Set();
  }
  #note({ kind, state }: Body): void {
    this.#visited.set(kind, new Set(this.#visited.get(kind)).add(state));
  }

  /** @param expected status of the page of the case, by who reads it */
  async seenBy(id: string, expected: Readonly<Partial<Record<Name, number>>>): Promise<void> {
    for (const [who, status] of Object.entries(expected))
      assert.equal((await this.ask(who as Name, "GET", `/cases/${id}`)).status, status, who);
  }

  /** Lets days pass and the clock of the cases run. */
  async wait(days: number): Promise<void> {
    this.world.now += days * DAY;
    await this.world.cases.runClock();
  }

  /** That what is stored of a case is what its actions come to. */
  async isWhole(id: string): Promise<void> {
    const { cases, records } = this.world;
    assert.equal(await records.transact(SYSTEM_CLOCK, (tx) => checkCase(cases.engine, tx, id)), undefined);
  }
}

/** Of a page of a case: what a field says; undefined where it is absent or hidden. */
export function fieldOf(page: Body, name: string): unknown {
  return page.fields.find((each: { readonly name: string }) => each.name === name)?.value;
}
