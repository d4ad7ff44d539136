/** One draft on its way to force: written, tried on the history, put in force by a second person. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { draftQuery, type Draft } from "../../api/rules.ts";
import { sessionQuery } from "../../api/queries.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { formatInstant, shortHash } from "../../lib/format.ts";
import { mayPropose } from "../../lib/rule-rights.ts";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { TabBar } from "../../ui/TabBar.tsx";
import { BacktestTab } from "./BacktestTab.tsx";
import { ChangedNotice } from "./ChangedNotice.tsx";
import { DraftStateTag } from "./DraftStateTag.tsx";
import { GovernTab } from "./GovernTab.tsx";
import { useDraftText } from "./use-draft-text.ts";
import { WriteTab } from "./WriteTab.tsx";
import styles from "./draft.module.css";

const route = getRouteApi("/inside/rules/drafts/$draftId");
const TABS = ["write", "backtest", "govern"] as const;

export function DraftPage() {
  const { draftId } = route.useParams();
  const query = useQuery(draftQuery(draftId));
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <LoadedDraft key={draftId} draft={query.data} />;
}

function LoadedDraft({ draft }: { draft: Draft }) {
  const { t } = useTranslation(["draft", "common", "rule"]);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? "write";
  const { data: actor } = useQuery(sessionQuery);
  const editing = useDraftText(draft);
  const { title, isDirty, busy, error, conflict, save } = editing;
  const errorText = useErrorText(error);
  const editable = draft.state === "draft" && mayPropose(actor);
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  return (
    <div className={page.page}>
      <PageHead
        trail={[
          { text: t("rule:title"), to: "/rules" },
          { text: t("draft:list.title"), to: "/rules/drafts" },
          { text: draft.id, mono: true },
        ]}
        title={
          editable ? (
            <TextInput
              className={styles.title}
              aria-label={t("draft:list.name")}
              maxLength={200}
              value={title}
              onChange={(event) => editing.setTitle(event.currentTarget.value)}
            />
          ) : (
            draft.title
          )
        }
        summary={<DraftStateTag state={draft.state} />}
        facts={[
          { name: t("draft:list.author"), value: draft.author ?? draft.organisation },
          { name: t("draft:list.revision"), value: draft.revision },
          { name: t("draft:list.updated"), value: formatInstant(Date.parse(draft.updatedAt)) },
          {
            name: t("draft:list.set"),
            value:
              draft.setHash === null ? (
                t("draft:list.unfinished")
              ) : (
                <span className="mono" title={draft.setHash}>
                  {shortHash(draft.setHash)}
                </span>
              ),
          },
        ]}
        actions={
          editable && (
            <>
              <span className="quiet">{isDirty ? t("draft:unsaved") : t("draft:saved")}</span>
              <Button
                variant="filled"
                disabled={!isDirty || title.trim() === ""}
                loading={busy}
                onClick={() => void save()}
              >
                {t("draft:save")}
              </Button>
            </>
          )
        }
      />
      <TabBar
        label={t("draft:tabs.label")}
        active={tab}
        tabs={TABS.map((name) => ({ name, text: t(`draft:tabs.${name}`) }))}
        onChange={(name) =>
          void navigate({ search: (previous) => ({ ...previous, tab: name === "write" ? undefined : name }) })
        }
      />
      {conflict !== undefined ? (
        <ChangedNotice conflict={conflict} editing={editing} />
      ) : (
        error !== undefined && (
          <p className={styles.refusal} role="alert">
            {errorText}
          </p>
        )
      )}
      {tab === "write" ? (
        <WriteTab editing={editing} editable={editable} />
      ) : tab === "backtest" ? (
        <BacktestTab draft={draft} editing={editing} editable={editable} />
      ) : (
        <GovernTab draft={draft} editing={editing} editable={editable} />
      )}
      {leaving.status === "blocked" && (
        <Modal
          opened
          onClose={leaving.reset}
          title={t("draft:leave.title")}
          closeButtonProps={{ "aria-label": t("common:close") }}
        >
          <p>{t("draft:leave.text")}</p>
          <div className={styles.buttons}>
            <Button onClick={leaving.proceed}>{t("draft:leave.drop")}</Button>
            <Button variant="filled" onClick={leaving.reset}>
              {t("draft:leave.stay")}
            </Button>
          </div>
        </Modal>
      )}
    </div>
  );
}
