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
