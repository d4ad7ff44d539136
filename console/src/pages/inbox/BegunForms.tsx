import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import { dropDrafts, ownDraftsQuery, type OwnDraft } from "../../api/cases.ts";
import { SelectionBar } from "../../bulk/SelectionBar.tsx";
import { useTicks } from "../../bulk/use-ticks.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatWhen } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { Problem } from "../../ui/Problem.tsx";
import styles from "./inbox.module.css";

const keyOf = ({ case: id, kind, action }: OwnDraft): string => `${id ?? `new:${kind}`} ${action}`;

/** Forms that the person has begun and not sent: each goes on where it was left; ticked ones are discarded. */
export function BegunForms() {
  const { t } = useTranslation(["inbox", "bulk"]);
  const language = useLanguage();
  const client = useQueryClient();
  const query = useQuery(ownDraftsQuery);
  const drafts = useMemo(() => query.data ?? [], [query.data]);
  const ticked = useTicks(useMemo(() => drafts.map(keyOf), [drafts]));
  const drop = useMutation({
    mutationFn: () => dropDrafts(drafts.filter((draft) => ticked.keys.includes(keyOf(draft)))),
    onSuccess: async () => {
      ticked.clear();
      await client.invalidateQueries({ queryKey: ["drafts"] });
    },
  });
  const problem = useErrorText(drop.error);
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  if (drafts.length === 0) return <Empty title={t("inbox:formsEmpty")} next={t("inbox:formsEmptyNext")} />;
  return (
    <>
      <p className="quiet">{t("inbox:formsHint")}</p>
      {ticked.keys.length > 0 && (
        <SelectionBar
          label={t("inbox:selection")}
          text={t("bulk:selected", { count: ticked.keys.length })}
          clear={ticked.clear}
        >
          <Button loading={drop.isPending} onClick={() => drop.mutate()}>
            {t("inbox:discard")}
          </Button>
        </SelectionBar>
      )}
      <Problem text={drop.error === null ? undefined : problem} />
      <ul className={styles.list}>
        {drafts.map((draft) => (
          <li key={keyOf(draft)}>
            <Checkbox
              size="xs"
              aria-label={`${t("bulk:select")}: ${inLanguage(draft.actionTitle, language)}`}
              checked={ticked.ticks.has(keyOf(draft))}
              onClick={(event: MouseEvent) => ticked.ticks.toggle(keyOf(draft), event.shiftKey)}
              onChange={() => undefined}
            />
            <time dateTime={draft.savedAt} className="num faint">
              {formatWhen(draft.savedAt, "")}
            </time>
            <span className={styles.words}>
              <b>{inLanguage(draft.actionTitle, language)}</b>
              {draft.case === null ? (
                <Link className="link" to="/cases" search={{ open: draft.kind ?? undefined }}>
                  {t("inbox:newCase", { kind: inLanguage(draft.kindTitle, language) || draft.kind })}
                </Link>
              ) : (
                <CaseLink id={draft.case}>{inLanguage(draft.caseTitle, language) || draft.case}</CaseLink>
              )}
            </span>
            <span className="faint">{t("inbox:keptUntil", { time: formatWhen(draft.expiresAt, "") })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
