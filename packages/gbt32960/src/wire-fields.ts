/** The fields that a column map can name, collected from the layout tables of both editions. */
import type { Edition } from "./frame.ts";
import { isGroup } from "./interpret/decode.ts";
import { BODIES } from "./layout/bodies.ts";
import type { Element } from "./layout/element.ts";

export interface WireField {
  readonly name: string;
  /** `list`: several entries per frame. */
  readonly kind: "scalar" | "list";
  /** Physical value = ticks / perUnit. */
  readonly perUnit: number;
  readonly unit: string;
  /** Smallest and largest tick that passes the range check of an edition, over both editions. */
  readonly range: readonly [number, number];
  readonly editions: readonly Edition[];
  readonly title: string;
}

interface Draft {
  name: string;
  kind: "scalar" | "list";
  perUnit: number;
  unit: string;
  range: [number, number];
  editions: Edition[];
  title: string;
}

/** Ticks of fields that are not simply raw + bias. */
const SPECIAL: Readonly<Record<string, readonly [number, number]>> = {
  gear: [0, 15],
  fix: [0, 1],
  longitude: [-180_000_000, 180_000_000],
  latitude: [-90_000_000, 90_000_000],
  flags: [0, 0x0fff_ffff],
};

function collect(): readonly WireField[] {
  const fields = new Map<string, Draft>();
  const add = (edition: Edition, draft: Omit<Draft, "editions">): void => {
    const known = fields.get(draft.name);
    if (known === undefined) {
      fields.set(draft.name, { ...draft, editions: [edition] });
      return;
    }
    if (known.perUnit !== draft.perUnit || known.kind !== draft.kind)
      throw new Error(`${draft.name} differs between editions`);
    known.range = [Math.min(known.range[0], draft.range[0]), Math.max(known.range[1], draft.range[1])];
    if (!known.editions.includes(edition)) known.editions.push(edition);
  };
  const walk = (edition: Edition, elements: readonly Element[], kind: Draft["kind"]): void => {
    for (const element of elements) {
      if (element.kind === "list") {
        const derived = (name: string | undefined, at: Draft["kind"], range: [number, number]) =>
          name !== undefined && add(edition, { name, kind: at, perUnit: 1, unit: "", range, title: element.title });
        derived(element.lengthColumn, kind, [0, 65_533]);
        derived(element.sumColumn, "scalar", [0, 1012]);
        for (const constant of element.constants ?? [])
          derived(constant.column, "list", [constant.value, constant.value]);
        walk(edition, isGroup(element.of) ? element.of : [element.of], "list");
      } else if ("column" in element && element.column !== undefined) {
        const { column, perUnit, unit, title, bias, min, max, as } = element;
        const [low, high] = as === undefined ? [min + bias, max + bias] : SPECIAL[as];
        add(edition, { name: column, kind, perUnit, unit, range: [low, high], title });
      }
    }
  };
  for (const edition of [2016, 2025] as const)
    for (const layout of BODIES[edition]) walk(edition, layout.elements, "scalar");
  return [...fields.values()];
}

/** All mappable fields, in the order of the tables. */
export const WIRE_FIELDS: readonly WireField[] = collect();
