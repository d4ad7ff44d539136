/** Who stands for the rule: what the text says about itself, what it replaces, and its way into and out of force. */
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { sessionQuery } from "../../api/queries.ts";
import { checkQuery, publicationsQuery, type Draft } from "../../api/rules.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { mayDecide, mayPropose } from "../../lib/rule-rights.ts";
import { triggerIds } from "../../lib/trigger-words.ts";
import { CERTAINTY, label } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { Problem } from "../../ui/Problem.tsx";
import page from "../../ui/page.module.css";
import { Facts, Panel } from "../../ui/Panel.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { GovernanceFields } from "./GovernanceFields.tsx";
import { PublicationEntry } from "./PublicationEntry.tsx";
import { PublishDialog } from "./PublishDialog.tsx";
import { TestsPanel } from "./TestsPanel.tsx";
import type { DraftEditing } from "./use-draft-text.ts";
import styles from "./draft.module.css";

interface GovernTabProps {
  readonly draft: Draft;
  readonly editing: DraftEditing;
  readonly editable: boolean;
}

export function GovernTab({ draft, editing, editable }: GovernTabProps) {
  const { isDirty } = editing;
  const { t } = useTranslation(["draft", "rule", "common"]);
  const language = useLanguage();
  const client = useQueryClient();
  const [publishing, setPublishing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const { data: actor } = useQuery(sessionQuery);
  const check = useQuery(checkQuery(draft.text));
  const published = useQuery(publicationsQuery);
  const ids = new Set(triggerIds(draft.text));
  const history = (published.data?.items ?? []).filter(
    (publication) => publication.draft === draft.id || triggerIds(publication.text).some((id) => ids.has(id)),
  );
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ["rules"] });
    void client.invalidateQueries({ queryKey: ["rule", draft.id] });
    void client.invalidateQueries({ queryKey: ["triggers"] });
  };
  const withdraw = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await request(`/rules/drafts/${draft.id}/withdraw`, { method: "POST" });
      notifications.show({
        message: t("draft:govern.withdrawn"),
        withCloseButton: true,
        closeButtonProps: { "aria-label": t("common:close") },
      });
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
      refresh();
    }
  };
  const isDraft = draft.state === "draft";
  return (
    <div className={page.left}>
      <Panel
        title={t("draft:govern.force")}
        aside={
          isDraft && (
            <>
              {mayPropose(actor) && (
                <Button loading={busy} onClick={() => void withdraw()}>
                  {t("draft:govern.withdraw")}
                </Button>
              )}
              {mayDecide(actor) && (
                <Button
                  variant="filled"
                  disabled={draft.setHash === null || draft.isYours || isDirty}
                  onClick={() => setPublishing(true)}
                >
                  {t("draft:govern.publish")}
                </Button>
              )}
            </>
          )
        }
      >
        <p className={styles.note}>
          {!isDraft
            ? t(`draft:govern.is.${draft.state}`)
            : isDirty
              ? t("draft:govern.unsaved")
              : draft.setHash === null
                ? t("draft:govern.broken")
                : draft.isYours
                  ? t("draft:govern.fourEyes")
                  : mayDecide(actor)
                    ? t("draft:govern.ready")
                    : t("draft:govern.noRight")}
        </p>
        <Problem text={error === undefined ? undefined : errorText} />
      </Panel>
      {check.error && !check.data ? (
        <Refused error={check.error} retry={() => void check.refetch()} />
      ) : !check.data ? (
        <Loading />
      ) : (
        check.data.triggers.map((trigger) => (
          <Panel
            key={trigger.id}
            title={trigger.title[language]}
            hint={
              <span className="mono">
                {trigger.id} v{trigger.version}
              </span>
            }
          >
            <p className={styles.meaning}>{trigger.sentence[language]}</p>
            <div className={styles.narrow}>
              <Facts
                facts={[
                  {
                    name: t("draft:govern.severity"),
                    value: (
                      <span className={styles.titleLine}>
                        {trigger.levels.map((level) => (
                          <SeverityLabel key={level} level={level} />
                        ))}
                      </span>
                    ),
                  },
                  {
                    name: t("rule:basis"),
                    value:
                      (language === "zh" ? trigger.basisZh : undefined) ?? trigger.basis ?? t("draft:govern.noBasis"),
                  },
                  {
                    name: t("rule:certainty"),
                    value: trigger.certainty
                      ? `${trigger.certainty} · ${label(CERTAINTY, trigger.certainty, language)}`
                      : t("draft:govern.noCertainty"),
                  },
                  {
                    name: t("rule:effective"),
                    value: trigger.effectiveFrom
                      ? `${trigger.effectiveFrom} – ${trigger.effectiveTo ?? "…"}`
                      : t("draft:govern.atOnce"),
                  },
                  { name: t("rule:hash"), value: <span className="mono">{trigger.versionHash}</span> },
                ]}
              />
            </div>
          </Panel>
        ))
      )}
      <GovernanceFields editing={editing} editable={editable} />
      <TestsPanel editing={editing} editable={editable} />
      <Panel title={t("draft:govern.history")} hint={t("draft:govern.historyHint")}>
        {published.error && !published.data ? (
          <Refused error={published.error} retry={() => void published.refetch()} />
        ) : !published.data ? (
          <Loading />
        ) : history.length === 0 ? (
          <Empty title={t("draft:govern.noHistory")} />
        ) : (
          <div className={styles.history}>
            {history.map((publication) => (
              <PublicationEntry
                key={publication.id}
                publication={publication}
                draft={draft}
                mayEnd={mayDecide(actor)}
                onEnded={refresh}
              />
            ))}
          </div>
        )}
      </Panel>
      {publishing && <PublishDialog draft={draft} close={() => setPublishing(false)} onPublished={refresh} />}
    </div>
  );
}
