/** Enterprise and local platforms that may open a platform link (GB/T 32960.3 command 05). */
import { createHmac, randomBytes } from "node:crypto";
import { ERRORS, SandglassError } from "../errors/mod.ts";
import { SYSTEM_ACCESS, SYSTEM_INTAKE, type Actor, type Records } from "../records/mod.ts";
import { AddressList } from "./address-list.ts";
import { logAccess } from "./access-log.ts";
import { createId } from "./ids.ts";
import { hashPassword, verifyNothing, verifyPassword } from "./password.ts";
import { mayActor, requireRight } from "./rights.ts";

export interface Platform {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly username: string;
  readonly disabled: boolean;
  /** Addresses and subnets from which it may log in; empty = from everywhere. */
  readonly addresses: readonly string[];
  readonly rules: PlatformRules;
  /** UTC ms. */
  readonly createdAt: number;
}

/** What differs for the links of one platform from the configuration of all; see docs/gateway.md. */
export interface PlatformRules {
  readonly idleSeconds?: number;
  readonly answerReports?: boolean;
  readonly checkRegistry?: boolean;
  readonly replyStyle?: "main-body" | "platform-time" | "annex-b" | "empty";
  readonly timeInHeartbeat?: boolean;
  readonly maxFramesPerSecond?: number;
  readonly signatures?: "ignore" | "check" | "require";
  /** Whether the type byte FF is signed; see the codec. */
  readonly signatureBoundary?: "beforeMarker" | "withMarker";
  readonly commandEncryption?: "none" | "rsa" | "aes" | "sm2" | "sm4";
}

export interface PlatformChange {
  readonly disabled?: boolean;
  readonly addresses?: readonly string[];
  readonly rules?: PlatformRules;
}

export interface NewPlatform {
  readonly name: string;
  /** At most 12 bytes. */
  readonly user: string;
  /** At most 20 bytes. */
  readonly password: string;
  readonly organisation: string;
  readonly addresses?: readonly string[];
  readonly rules?: PlatformRules;
}

/** GB/T 32960.3 table "platform login": STRING(12) and STRING(20). */
const USER_BYTES = 12;
const PASSWORD_BYTES = 20;

/** A platform that reconnects often is checked against its hash once in this time. */
const CACHE_MS = 60_000;
const CACHE_SIZE = 1_000;

export class Platforms {
  readonly #records: Records;
  readonly #now: () => number;
  /** Keyed digest of user and password → the platform. Only successes are kept. */
  readonly #known = new Map<string, { readonly platform: Platform; readonly until: number }>();
  readonly #cacheKey = randomBytes(32);
  readonly #listeners = new Set<(platform: Platform) => void>();

  constructor(options: { readonly records: Records; readonly now: () => number }) {
    this.#records = options.records;
    this.#now = options.now;
  }

  async create(actor: Actor, platform: NewPlatform): Promise<Platform> {
    if (actor.kind !== "system") requireRight(actor, "platformLink", "write");
    const problem =
      Buffer.byteLength(platform.user) > USER_BYTES
        ? "user"
        : Buffer.byteLength(platform.password) > PASSWORD_BYTES
          ? "password"
          : undefined;
    if (problem !== undefined)
      throw new SandglassError(ERRORS.PLATFORM_CREDENTIALS, {
        field: problem,
        limit: problem === "user" ? USER_BYTES : PASSWORD_BYTES,
      });
    AddressList.check(platform.addresses ?? []);
    const password = await hashPassword(platform.password);
    const id = createId("plt");
    const row = await this.#records.transact(actor, async (tx) => {
      const organisation = await tx
        .selectFrom("organisations")
        .select("id")
        .where("id", "=", platform.organisation)
        .executeTakeFirst();
      if (organisation === undefined)
        throw new SandglassError(ERRORS.ORGANISATION_UNKNOWN, { organisation: platform.organisation });
      const added = await tx
        .insertInto("platforms")
        .values({
          id,
          name: platform.name,
          organisation: platform.organisation,
          username: platform.user,
          password,
          addresses: [...(platform.addresses ?? [])],
          rules: JSON.stringify(platform.rules ?? {}),
        })
        .onConflict((conflict) => conflict.column("username").doNothing())
        .returningAll()
        .executeTakeFirst();
      if (added === undefined) throw new SandglassError(ERRORS.PLATFORM_EXISTS, { user: platform.user });
      await logAccess(tx, actor, { action: "platform.create", subject: id });
      return added;
    });
    return toPlatform(row);
  }

  /** Changes addresses, rules or whether it may log in; who listens applies it to open links. */
  async change(actor: Actor, id: string, change: PlatformChange): Promise<Platform> {
    if (actor.kind !== "system") requireRight(actor, "platformLink", "write");
    AddressList.check(change.addresses ?? []);
    const row = await this.#records.transact(SYSTEM_ACCESS, async (tx) => {
      const changed = await tx
        .updateTable("platforms")
        .set((eb) => ({
          disabled: change.disabled ?? eb.ref("disabled"),
          ...(change.addresses === undefined ? {} : { addresses: [...change.addresses] }),
          ...(change.rules === undefined ? {} : { rules: JSON.stringify(change.rules) }),
        }))
        .where("id", "=", id)
        .returningAll()
        .executeTakeFirst();
      if (changed === undefined) throw new SandglassError(ERRORS.NOT_FOUND, { what: id });
      await logAccess(tx, actor, { action: "platform.change", subject: id, detail: { ...change } });
      return changed;
    });
    this.#known.clear();
    const platform = toPlatform(row);
    for (const listener of this.#listeners) listener(platform);
    return platform;
  }

  /** First start: adds it, or sets its password when the user name exists. */
  async ensure(platform: NewPlatform): Promise<void> {
    const password = await hashPassword(platform.password);
    await this.#records.transact(
      SYSTEM_ACCESS,
      (tx) =>
        tx
          .insertInto("platforms")
          .values({
            id: createId("plt"),
            name: platform.name,
            organisation: platform.organisation,
            username: platform.user,
            password,
          })
          .onConflict((conflict) => conflict.column("username").doUpdateSet({ password }))
          .execute(),
      { retry: true },
    );
    this.#known.clear();
  }

  async list(actor: Actor): Promise<Platform[]> {
    if (!mayActor(actor, "platformLink", "read"))
      throw new SandglassError(ERRORS.FORBIDDEN, { role: actor.role, object: "platformLink", right: "read" });
    const rows = await this.#records.transact(
      actor,
      (tx) => tx.selectFrom("platforms").selectAll().orderBy("username").execute(),
      { retry: true },
    );
    return rows.map(toPlatform);
  }

  /**
   * For the gateway, which tells its operator why a platform with right credentials may not log in (`platformRefusal`).
   * undefined = wrong credentials; throws only when the database does not answer.
   */
  async findByCredentials(user: string, password: string, address: string): Promise<Platform | undefined> {
    const cacheKey = createHmac("sha256", this.#cacheKey).update(`${user}\0${password}`).digest("base64");
    const known = this.#known.get(cacheKey);
    if (known !== undefined && known.until > this.#now()) return known.platform;
    const row = await this.#records.transact(
      SYSTEM_INTAKE,
      (tx) => tx.selectFrom("platforms").selectAll().where("username", "=", user).executeTakeFirst(),
      { retry: true },
    );
    const matches = row === undefined ? await verifyNothing(password) : await verifyPassword(password, row.password);
    const platform = matches && row !== undefined ? toPlatform(row) : undefined;
    if (row !== undefined && (platform === undefined || platformRefusal(platform, address) !== undefined))
      await this.#records.transact(SYSTEM_INTAKE, (tx) =>
        logAccess(tx, SYSTEM_INTAKE, { action: "platform.refused", subject: row.id }),
      );
    if (platform === undefined) return undefined;
    if (this.#known.size >= CACHE_SIZE) this.#known.clear();
    this.#known.set(cacheKey, { platform, until: this.#now() + CACHE_MS });
    return platform;
  }

  /** After a change of addresses, rules, or whether it may log in. @returns stops listening */
  onChanged(listener: (platform: Platform) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Why a platform may not log in from an address though its credentials are right; undefined = it may. */
export function platformRefusal(
  platform: Pick<Platform, "disabled" | "addresses">,
  address: string,
): "SG_LINK_DISABLED" | "SG_LINK_ADDRESS" | undefined {
  if (platform.disabled) return "SG_LINK_DISABLED";
  return new AddressList(platform.addresses).contains(address) ? undefined : "SG_LINK_ADDRESS";
}

function toPlatform(row: {
  id: string;
  name: string;
  organisation: string;
  username: string;
  disabled: boolean;
  addresses: string[];
  rules: Record<string, unknown>;
  created_at: Date;
}): Platform {
  return {
    id: row.id,
    name: row.name,
    organisation: row.organisation,
    username: row.username,
    disabled: row.disabled,
    addresses: row.addresses,
    rules: row.rules as PlatformRules,
    createdAt: row.created_at.getTime(),
  };
}
