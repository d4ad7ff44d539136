/**
 * Which platform a link belongs to, learnt from the platform logins in the blocks themselves: a block that is read
 * again after a restart then counts for the same platform. Slot 0 is everything that comes from terminals directly.
 */

/** What `platform` says for slot 0 where platforms are listed. */
export const DIRECT = "";
const MAX_TABLE = 1 << 22;

export class PlatformLinks {
  /** User name by slot. */
  readonly users: string[] = [DIRECT];
  readonly #slots = new Map<string, number>([[DIRECT, 0]]);
  #relays: ReadonlySet<string> = new Set();
  #table = new Int32Array(1024);
  /** Links whose numbers are too high for the table. */
  readonly #high = new Map<number, number>();

  get size(): number {
    return this.users.length;
  }

  slotOfUser(user: string): number {
    const known = this.#slots.get(user);
    if (known !== undefined) return known;
    const slot = this.users.push(user) - 1;
    this.#slots.set(user, slot);
    return slot;
  }

  platformOf(link: number): number {
    if (link < this.#table.length) return this.#table[link];
    return this.#high.size === 0 ? 0 : (this.#high.get(link) ?? 0);
  }

  /** @param users of local platforms: what they send of a vehicle is its second path */
  setRelays(users: ReadonlySet<string>): void {
    this.#relays = users;
  }

  isRelay(slot: number): boolean {
    return this.#relays.size > 0 && this.#relays.has(this.users[slot]);
  }

  bind(link: number, user: string): void {
    this.#set(link, this.slotOfUser(user));
  }

  release(link: number): void {
    this.#set(link, 0);
  }

  /** Forgets all links: numbers begin again with every start of the gateway. */
  clear(): void {
    this.#table.fill(0);
    this.#high.clear();
  }

  /** Links of platforms, as pairs of number and user. */
  open(): [number, string][] {
    const open: [number, string][] = [...this.#high].map(([link, slot]) => [link, this.users[slot]]);
    for (let link = 0; link < this.#table.length; link++)
      if (this.#table[link] !== 0) open.push([link, this.users[this.#table[link]]]);
    return open;
  }

  #set(link: number, slot: number): void {
    if (link >= MAX_TABLE) {
      if (slot === 0) this.#high.delete(link);
      else this.#high.set(link, slot);
      return;
    }
    if (link >= this.#table.length) {
      if (slot === 0) return;
      const table = new Int32Array(Math.max(link + 1, this.#table.length * 2));
      table.set(this.#table);
      this.#table = table;
    }
    this.#table[link] = slot;
  }
}
