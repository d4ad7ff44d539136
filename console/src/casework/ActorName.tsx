import type { ActorRef } from "../api/shapes/common.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { label, ROLE_NAMES } from "../lib/vocabulary.ts";
import { useOrganisationName } from "../ui/use-organisation-name.ts";

/** Name as far as the reader may know it, role and organisation; the account is in the title. */
export function ActorName({ actor }: { actor: ActorRef }) {
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const role = actor.role === undefined ? undefined : label(ROLE_NAMES, actor.role, language);
  const organisation = actor.organisation ? organisationName(actor.organisation) : undefined;
  // Some bodies are named as the role is: once is enough.
  const parts = [...new Set([actor.name, role, organisation].filter(Boolean))];
  const account = actor.account ?? actor.id;
  return <span title={account}>{parts.length === 0 ? account : parts.join(" · ")}</span>;
}
