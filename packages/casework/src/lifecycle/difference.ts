/** What became different between two versions of a case: what a refused concurrent edit names. */
import type { RoleCode } from "../access/roles.ts";
import type { Text } from "../text.ts";
import type { Folded, Json, Lifecycle } from "./definition.ts";
import { hiddenFields } from "./visibility.ts";

export interface Difference {
  /** `state`, `flags`, `data.<field>`, `obligation.<id>` or `proposal.<action>`. */
  readonly field: string;
  readonly title: Text;
  /** Absent where there was nothing. */
  readonly before?: Json;
  readonly now?: Json;
}

/** The differences that a role may read, in a fixed order. */
export function differences(lifecycle: Lifecycle, role: RoleCode, before: Folded, now: Folded): readonly Difference[] {
  const hidden = new Set(hiddenFields(lifecycle, role).map((name) => name.split(".")[0]));
  const data = keysOf(before.data, now.data)
    .filter((key) => !hidden.has(key))
    .map((key) =>
      entry(`data.${key}`, lifecycle.fields?.[key]?.title ?? same(key), fieldOf(before, key), fieldOf(now, key)),
    );
  return [
    entry("state", { en: "State", zh: "状态" }, before.state, now.state),
    entry("flags", { en: "Flags", zh: "标记" }, before.flags, now.flags),
    ...data,
    ...named(before.obligations, now.obligations, ({ id }) => id).map(([id, old, next]) =>
      entry(
        `obligation.${id}`,
        lifecycle.obligations[(next ?? old)!.code]?.title ?? same(id),
        clockOf(old),
        clockOf(next),
      ),
    ),
    ...named(before.proposals, now.proposals, ({ name }) => name).map(([name, old, next]) =>
      entry(`proposal.${name}`, lifecycle.actions[name]?.title ?? same(name), old?.actor.id, next?.actor.id),
    ),
  ].filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.now));
}

function entry(field: string, title: Text, before: Json | undefined, now: Json | undefined): Difference {
  return { field, title, ...(before === undefined ? {} : { before }), ...(now === undefined ? {} : { now }) };
}

const same = (text: string): Text => ({ en: text, zh: text });

function fieldOf(folded: Folded, key: string): Json | undefined {
  return (folded.data as { readonly [key: string]: Json | undefined })[key];
}

function keysOf(...values: readonly unknown[]): string[] {
  return [...new Set(values.flatMap((value) => Object.keys(value as object)))];
}

function clockOf(obligation: Folded["obligations"][number] | undefined): Json | undefined {
  if (obligation === undefined) return undefined;
  return {
    dueAt: obligation.dueAt === undefined ? null : new Date(obligation.dueAt).toISOString(),
    ended: obligation.ended?.how ?? null,
  };
}

function named<Item>(
  before: readonly Item[],
  now: readonly Item[],
  nameOf: (item: Item) => string,
): (readonly [string, Item | undefined, Item | undefined])[] {
  const [old, next] = [before, now].map((items) => new Map(items.map((item) => [nameOf(item), item])));
  return [...new Set([...old!.keys(), ...next!.keys()])].map((name) => [name, old!.get(name), next!.get(name)]);
}
