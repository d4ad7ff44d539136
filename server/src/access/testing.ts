/** Access on a test database: `const {records, access, close} = await openTestAccess()`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Actor } from "../records/mod.ts";
import { openTestRecords, type TestRecords } from "../records/testing.ts";
import { Secrets } from "../secrets/mod.ts";
import { createAccess, type Access } from "./access.ts";
import { platformRefusal, type Platform, type Platforms } from "./platforms.ts";
import type { CaseVehicles } from "./scopes.ts";
import type { OpenedSession } from "./sessions.ts";
import type { Provider } from "./sso.ts";

export interface Leaf {
  readonly kind: string;
  readonly subject: string;
}

export interface TestAccess {
  readonly records: TestRecords;
  readonly access: Access;
  /** Leaves that access appended, in order. */
  readonly leaves: Leaf[];
  /** Vehicles of cases, by actor id; change it as the test needs. */
  readonly caseVehicles: Map<string, ReadonlySet<bigint>>;
  /** The clock; UTC ms. */
  readonly clock: { now: number };
  readonly dataDir: string;
  close(): Promise<void>;
}

const NONE: ReadonlySet<bigint> = new Set();

export async function openTestAccess(
  options: { readonly allowDemo?: boolean; readonly providers?: readonly Provider[] } = {},
): Promise<TestAccess> {
  const records = await openTestRecords();
  const dataDir = mkdtempSync(path.join(tmpdir(), "sandglass-access-"));
  const leaves: Leaf[] = [];
  const cases = new Map<string, ReadonlySet<bigint>>();
  const clock = { now: Date.UTC(2026, 10, 22) };
  const caseVehicles: CaseVehicles = async (actor) => cases.get(actor.id) ?? NONE;
  const access = createAccess({
    records,
    secrets: Secrets.plain(dataDir),
    now: () => clock.now,
    allowDemo: options.allowDemo ?? true,
    appendLeaf: async (_tx, leaf) => leaves.push({ kind: leaf.kind, subject: leaf.subject }),
    caseVehicles,
    ...(options.providers === undefined ? {} : { providers: options.providers }),
  });
  const close = async (): Promise<void> => {
    await records.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { records, access, leaves, caseVehicles: cases, clock, dataDir, close };
}

/** The platform that may log in so, as the gateway decides it; undefined for any other. */
export async function findAdmitted(
  platforms: Platforms,
  user: string,
  password: string,
  address: string,
): Promise<Platform | undefined> {
  const platform = await platforms.findByCredentials(user, password, address);
  return platform === undefined || platformRefusal(platform, address) !== undefined ? undefined : platform;
}

export function person(role: string, organisation: string, region?: string): Actor {
  return {
    kind: "person",
    id: `acc_${role}_${organisation}_${region ?? ""}`,
    account: role.toLowerCase(),
    role,
    organisation,
    region,
  };
}

/** Signs in where no second factor is asked for. */
export async function openSession(access: Access, account: string, password: string): Promise<OpenedSession> {
  const result = await access.identities.signIn({ account, password });
  if (result.kind !== "session") throw new Error(`${account} has a second factor`);
  return result;
}
