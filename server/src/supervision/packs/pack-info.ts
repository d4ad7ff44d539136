/** Rule packs as others see them, and what keeping them takes. */
import type { Pack, Region, TriggerSet } from "@sandglass/triggers";
import type { Records, Tx } from "../../records/mod.ts";

export type PackFiles = Readonly<Record<string, string>>;

export interface PackInfo {
  readonly id: string;
  readonly pack: Pack;
  readonly set: TriggerSet;
  readonly files: PackFiles;
  /** In the folder of the checkout. */
  readonly shipped: boolean;
  readonly installed: boolean;
  readonly pinned: boolean;
  readonly forkOf?: { readonly pack: string; readonly hash: string };
  /** The checkout holds other texts than those installed. */
  readonly update: boolean;
}

export interface PackStoreOptions {
  readonly records: Records;
  /** Packs of the checkout: id → files. */
  readonly shipped: ReadonlyMap<string, PackFiles>;
  /** UTC ms. */
  readonly now: () => number;
  /** Regions that texts may name, and those that a set with a hash was installed with. */
  readonly regions?: PackRegions;
}

export interface PackRegions {
  today(): readonly Region[];
  pinnedTo(setHash: string): readonly Region[] | undefined;
  pin(tx: Tx, set: TriggerSet): Promise<void>;
  pinned(): Promise<void>;
}

/** A pack at work, or one that somebody made. */
export interface KnownPack {
  readonly id: string;
  readonly pack: Pack;
  readonly set: TriggerSet;
  readonly installed: boolean;
  readonly isFork: boolean;
  /** With those before it that may still be in force, newest first. */
  readonly versions: readonly TriggerSet[];
}
