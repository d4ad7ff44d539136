/** What the choices of an input field mean in one case: which can be taken now, and of the others why not. */
import type { Text } from "../text.ts";

export interface Offer {
  /** The code that the field takes. */
  readonly code: string;
  /** Whether the action would be taken with it now; the guards decide, this only says so ahead of them. */
  readonly isOpen: boolean;
  /** Heading that it stands under; choices of one heading follow each other. */
  readonly group: Text;
  /** What there is to say of it: why it cannot be taken, or what came of it before. */
  readonly note?: Text;
  /** Code of the limit that the facts give it, or would give it. */
  readonly deadline?: string;
  /** Id of the open duty that it meets. */
  readonly duty?: string;
}

/** Headings for reports: those that are owed stand first. */
export const REPORT_GROUPS = {
  owed: { en: "Owed", zh: "待报送" },
  sent: { en: "Sent", zh: "已报送" },
  notOwed: { en: "Not owed", zh: "无须报送" },
} as const satisfies Record<string, Text>;

/** In the order of their headings, otherwise as they were. */
export function inGroups(offers: readonly Offer[], groups: readonly Text[]): readonly Offer[] {
  return offers.toSorted((one, other) => groups.indexOf(one.group) - groups.indexOf(other.group));
}
