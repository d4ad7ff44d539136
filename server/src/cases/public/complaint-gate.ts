/**
 * Keeps floods and programs out of the complaint channel without an account, a captcha or a service elsewhere: how many come in,
 * and proof that a form was opened here a while ago and is sent once.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { ERRORS, SandglassError } from "../../errors/mod.ts";

/** Complaints that one server takes per minute from all: a flood must not fill the table. */
const PER_MINUTE = 30;
/** Of these from one address (behind a proxy everybody comes from one), so that one flood leaves room for others. */
const PER_MINUTE_AND_ADDRESS = 10;
/** Nobody reads the page and writes ten characters faster, ms. */
const SHORTEST = 3_000;
/** A form that stood open longer is opened anew, ms. */
const LONGEST = 12 * 3_600_000;
const MAX_USED = 50_000;

export type Ticket = "good" | "tooFast" | "stale" | "used";

export class ComplaintGate {
  readonly #now: () => number;
  /** Forms that were opened before a restart are stale after it; what was entered is kept in the page. */
  readonly #secret = randomBytes(32);
  #minute = 0;
  readonly #taken = new Map<string, number>();
  readonly #used = new Set<string>();

  /** @param now UTC ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts one complaint. @throws SG_COMPLAINTS_BUSY when too many came within the minute */
  take(address: string): void {
    const minute = Math.floor(this.#now() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#taken.clear();
    }
    const all = this.#count("");
    const own = this.#count(address === "" ? " " : address);
    if (all > PER_MINUTE || own > PER_MINUTE_AND_ADDRESS) throw new SandglassError(ERRORS.COMPLAINTS_BUSY);
  }

  #count(key: string): number {
    const count = (this.#taken.get(key) ?? 0) + 1;
    this.#taken.set(key, count);
    return count;
  }

  /** What a form carries: when it was opened, signed. */
  issue(): string {
    const body = `${this.#now().toString(36)}.${randomBytes(9).toString("base64url")}`;
    return `${body}.${this.#sign(body)}`;
  }

  /** Whether a form may be taken. Looking does not use it up: `spend` does, when the complaint is kept. */
  look(ticket: string): Ticket {
    const [at = "", nonce = "", signature = ""] = ticket.split(".");
    const given = Buffer.from(signature);
    const right = Buffer.from(this.#sign(`${at}.${nonce}`));
    if (given.length !== right.length || !timingSafeEqual(given, right)) return "stale";
    const age = this.#now() - Number.parseInt(at, 36);
    if (age > LONGEST) return "stale";
    if (this.#used.has(nonce)) return "used";
    return age < SHORTEST ? "tooFast" : "good";
  }

  spend(ticket: string): void {
    if (this.#used.size >= MAX_USED) this.#used.clear();
    this.#used.add(ticket.split(".")[1] ?? "");
  }

  #sign(body: string): string {
    return createHmac("sha256", this.#secret).update(body).digest("base64url");
  }
}
