import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { checkQuery, type Draft, type Publication } from "../../api/rules.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, shortHash } from "../../lib/format.ts";
import { DiffLines } from "../../rules/DiffLines.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { GovernanceFacts } from "./GovernanceFields.tsx";
import { ReasonDialog } from "./ReasonDialog.tsx";

interface PublicationEntryProps {
  readonly publication: Publication;
  readonly draft: Draft;
  readonly mayEnd: boolean;
  onEnded(): void;
}

/** One publication: who, when, why, what differs from the draft; taken out of force from here. */
export function PublicationEntry({ publication, draft, mayEnd, onEnded }: PublicationEntryProps) {
  const { t } = useTranslation("draft");
  const [open, setOpen] = useState(false);
  const [ending, setEnding] = useState(false);
  const isSame = publication.setHash === draft.setHash;
  return (
    <article>
      <header>
        <Tag tone={publication.endedAt === null ? "ok" : "quiet"}>
          {publication.endedAt === null ? t("govern.inForce") : t("govern.ended")}
        </Tag>
        <span className="num">
          {formatInstant(Date.parse(publication.publishedAt))}
          {publication.endedAt !== null && ` – ${formatInstant(Date.parse(publication.endedAt))}`}
        </span>
        <span>{publication.publisher ?? "–"}</span>
        <Link
          className="link mono"
          to="/ledger"
          search={{ leaf: publication.leaf, kind: "rule-publication" }}
          title={t("report.leaf")}
        >
          {shortHash(publication.leaf)}
        </Link>
        <span>
          {isSame ? (
            <span className="quiet">{t("govern.same")}</span>
          ) : (
            <Button variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t("govern.diff")}
            </Button>
          )}
          {mayEnd && publication.endedAt === null && (
            <Button variant="subtle" onClick={() => setEnding(true)}>
              {t("govern.end")}
            </Button>
          )}
        </span>
      </header>
      <p>{publication.reason}</p>
      {Object.keys(publication.governance).length > 0 && <GovernanceFacts governance={publication.governance} />}
      {open && <MeaningDiff before={publication.text} after={draft.text} />}
      {ending && (
        <ReasonDialog
          title={t("govern.end")}
          consequences={[t("govern.endNow"), t("govern.recorded")]}
          submitText={t("govern.end")}
          close={() => setEnding(false)}
          submit={async (reason) => {
            await request(`/rules/publications/${publication.id}/end`, { method: "POST", body: { reason } });
            onEnded();
          }}
        />
      )}
    </article>
  );
}

/** Both texts in the reader's language and the canonical layout, so that only meaning differs; as written while one has errors. */
function MeaningDiff({ before, after }: { before: string; after: string }) {
  const { t } = useTranslation("draft");
  const language = useLanguage();
  const old = useQuery({ ...checkQuery(before), placeholderData: undefined });
  const now = useQuery({ ...checkQuery(after), placeholderData: undefined });
  const canonical = (check: typeof old.data, text: string): string =>
    check?.ok === true ? check.triggers.map(({ texts }) => texts[language]).join("\n") : text;
  const both = old.data?.ok === true && now.data?.ok === true;
  return (
    <DiffLines
      before={both ? canonical(old.data, before) : before}
      after={both ? canonical(now.data, after) : after}
      label={t("govern.diff")}
    />
  );
}
