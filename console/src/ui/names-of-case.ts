/** What the answer of a case says of the records that it speaks of, so that its page asks only for those that the reader may see. */
import { createContext } from "react";
import type { CaseDetail } from "../api/shapes/cases.ts";

export interface NamesOfCase {
  /** Vehicles and services of the case. */
  readonly subjects: ReadonlySet<string>;
  /** By id; who may not see a record has no name of it. */
  readonly names: NonNullable<CaseDetail["names"]>;
}

/** So many of a sort are named in the answer of a case; of more the rest may be seen and have no name. */
const NAMED_AT_MOST = 500;

export const NamesOfCase = createContext<NamesOfCase | undefined>(undefined);

export function namesOfCase({ vehicles = [], names = {} }: Pick<CaseDetail, "vehicles" | "names">): NamesOfCase {
  return { subjects: new Set(vehicles.slice(0, NAMED_AT_MOST)), names };
}

/** Whether the case has said all that there is to know of the subject: its name, or that the reader may not see it. */
export function isSettled(ofCase: NamesOfCase | undefined, id: string): boolean {
  return ofCase !== undefined && (ofCase.subjects.has(id) || ofCase.names[id] !== undefined);
}
