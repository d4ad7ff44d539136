/**
 * Lists that are exported by the fields of their items. What a list has more of (names in the reader's words, several tables) has a
 * definition of its own beside its routes; here stand those of which the items as they are say everything.
 */
import { CASES_LISTS } from "./cases.ts";
import type { ItemList } from "./item-list.ts";
import { RECORDS_LISTS } from "./records.ts";
import { SUPERVISION_LISTS } from "./supervision.ts";

export type { ItemList } from "./item-list.ts";

export const ITEM_LISTS: readonly ItemList[] = [...CASES_LISTS, ...SUPERVISION_LISTS, ...RECORDS_LISTS];
