/** How near a project's vehicles are to what its triggers and limits compare: the worst vehicle for each. Pure. */
import { findSignal } from "@sandglass/signals";
import { firingClauses, readAtoms, type Atom } from "./ribbons.ts";

export interface LatestValues {
  readonly vehicle: string;
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** Comparisons that must hold together for one thing to happen. */
export interface Boundary {
  readonly key: string;
  readonly atoms: readonly Atom[];
  readonly level: number | undefined;
}

export interface WorstMargin {
  readonly key: string;
  readonly signal: string;
  readonly operator: Atom["operator"];
  readonly bound: number;
  /** Value of the vehicle nearest to the bound; null when none is known. */
  readonly value: number | null;
  readonly vehicle: string | null;
  readonly level: number | undefined;
}

/**
 * The boundaries of a trigger that plain comparisons describe completely, one per clause; a clause with anything else
 * in it (rates, counts, alternatives) has no simple nearness and is left out.
 */
export function boundariesOf(id: string, text: string): Boundary[] {
  // The plain severity of the trigger is the level of its clauses without one of their own.
  const levels = new Map(readAtoms(text).map((atom) => [atom.text, atom.level]));
  return firingClauses(text).flatMap((clause): Boundary[] => {
    const atoms = readAtoms(clause);
    const comparisons = clause.match(/[<>≥≤≠]=?|[=!]=/g)?.length ?? 0;
    const distinct = [...new Map(atoms.map((atom) => [atom.text, atom])).values()];
    if (atoms.length === 0 || atoms.length !== comparisons || /\bor\b|或|\|\||\bnot\b|非/.test(clause)) return [];
    if (
      distinct.some(
        (atom) => atom.operator === "==" || atom.operator === "!=" || findSignal(atom.signal)?.kind !== "scalar",
      )
    )
      return [];
    return [{ key: `${id} ${clause}`, atoms: distinct, level: distinct[0].level ?? levels.get(distinct[0].text) }];
  });
}

/** Signed distance beyond the bound, in scales of the signal: positive when the comparison holds. */
function beyond(atom: Atom, value: number): number {
  const scale = findSignal(atom.signal)?.scale ?? 1;
  const above = atom.operator === ">" || atom.operator === ">=";
  return ((above ? value - atom.value : atom.value - value) || 0) / scale;
}

/** For each boundary the vehicle nearest to crossing it, shown by the comparison that still holds it back. */
export function worstMargins(boundaries: readonly Boundary[], latest: readonly LatestValues[]): WorstMargin[] {
  return boundaries.map(({ key, atoms, level }) => {
    let worst:
      | { readonly distance: number; readonly atom: Atom; readonly value: number; readonly vehicle: string }
      | undefined;
    for (const { vehicle, values } of latest) {
      let limiting: { readonly distance: number; readonly atom: Atom; readonly value: number } | undefined;
      for (const atom of atoms) {
        const value = values[atom.signal];
        if (value === undefined) {
          limiting = undefined;
          break;
        }
        const distance = beyond(atom, value);
        if (limiting === undefined || distance < limiting.distance) limiting = { distance, atom, value };
      }
      if (limiting && (worst === undefined || limiting.distance > worst.distance)) worst = { ...limiting, vehicle };
    }
    const atom = worst?.atom ?? atoms[0];
    return {
      key,
      signal: atom.signal,
      operator: atom.operator,
      bound: atom.value,
      value: worst?.value ?? null,
      vehicle: worst?.vehicle ?? null,
      level,
    };
  });
}
