/** One transaction over cases: what it may see, when it happens, what it changed. */
import type { ObjectCode } from "@sandglass/casework";
import type { Actor, Tx } from "../../records/mod.ts";

/** Told to listeners after the commit. */
export interface CaseChange {
  readonly kind: string;
  readonly id: string;
  readonly action: string;
  readonly from: string | undefined;
  readonly state: string;
  readonly version: number;
  readonly title: { readonly en: string; readonly zh: string };
  readonly vehicles: readonly string[];
  readonly project: string | undefined;
  readonly flags: readonly string[];
  /** UTC ms. */
  readonly at: number;
  /** Whose it is: a listener that forwards the change asks them who may see it. */
  readonly organisations: readonly string[];
  readonly regions: readonly string[];
  readonly assigned: readonly string[];
  /** Departments that have a part in its programme. */
  readonly departments: readonly string[];
  /** Row of the permission matrix. */
  readonly object: ObjectCode;
}

export interface Unit {
  readonly tx: Tx;
  readonly actor: Actor;
  /** UTC ms; the same for everything in the transaction. */
  readonly at: number;
  readonly changes: CaseChange[];
}
