/** The draft over the history: asked for, watched, read. The chosen backtest is in the address. */
import { Button, Progress, Select } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../../api/client.ts";
import { backtestQuery, backtestsQuery, isUnderWay, type Backtest, type Draft } from "../../api/rules.ts";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber } from "../../lib/format.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { Problem } from "../../ui/Problem.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import { BacktestForm } from "./BacktestForm.tsx";
import { BacktestReport } from "./BacktestReport.tsx";
import type { DraftEditing } from "./use-draft-text.ts";
import styles from "./draft.module.css";

const route = getRouteApi("/inside/rules/drafts/$draftId");

export function BacktestTab({ draft, editing, editable }: { draft: Draft; editing: DraftEditing; editable: boolean }) {
  const { t } = useTranslation("draft");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list = useQuery(backtestsQuery());
  const own = useMemo(
    () =>
      (list.data?.items ?? []).filter(
        (backtest) => backtest.draft === draft.id || (draft.setHash !== null && backtest.setHash === draft.setHash),
      ),
    [list.data, draft],
  );
  const chosen = search.backtest ?? own[0]?.id;
  const choose = (backtest: string): void =>
    void navigate({ search: (previous) => ({ ...previous, backtest }), replace: true });
  const named = (backtest: Backtest): string =>
    [
      formatInstant(Date.parse(backtest.requestedAt)),
      t(`backtest.state.${backtest.state}`),
      backtest.setHash === draft.setHash ? t("backtest.thisText") : t("backtest.otherText"),
    ].join(" · ");
  return (
    <div className={page.left}>
      <Panel title={t("backtest.ask")} hint={t("backtest.askHint")}>
        <BacktestForm draft={draft} editing={editing} editable={editable} onStarted={choose} />
      </Panel>
      {list.error && !list.data && <Refused error={list.error} retry={() => void list.refetch()} />}
      {own.length > 1 && (
        <Select
          aria-label={t("backtest.choose")}
          w={520}
          allowDeselect={false}
          value={chosen ?? null}
          data={own.map((backtest) => ({ value: backtest.id, label: named(backtest) }))}
          onChange={(value) => {
            if (value !== null) choose(value);
          }}
        />
      )}
      {chosen === undefined ? (
        list.data && <Empty title={t("backtest.empty")} next={t("backtest.emptyNext")} />
      ) : (
        <ChosenBacktest key={chosen} id={chosen} draft={draft} />
      )}
    </div>
  );
}

function ChosenBacktest({ id, draft }: { id: string; draft: Draft }) {
  const { t } = useTranslation("draft");
  const query = useQuery(backtestQuery(id));
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const backtest = query.data;
  if (isUnderWay(backtest)) return <Running backtest={backtest} />;
  return (
    <>
      {backtest.setHash !== draft.setHash && <p className={styles.note}>{t("backtest.otherTextNote")}</p>}
      {backtest.report !== null ? (
        <BacktestReport backtest={backtest} report={backtest.report} />
      ) : (
        <Empty title={t(`backtest.state.${backtest.state}`)} next={backtest.failure ?? t("backtest.again")} />
      )}
    </>
  );
}

function Running({ backtest }: { backtest: Backtest }) {
  const { t } = useTranslation(["draft", "common"]);
  const language = useLanguage();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const errorText = useErrorText(error);
  const { rowsDone, rowsTotal } = backtest;
  const share = rowsTotal === null || rowsTotal === 0 ? 0 : Math.min(100, (rowsDone / rowsTotal) * 100);
  const cancel = async (): Promise<void> => {
    setBusy(true);
    try {
      await request(`/backtests/${backtest.id}/cancel`, { method: "POST" });
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ["rule", backtest.id] });
      void client.invalidateQueries({ queryKey: ["rules", "backtests"] });
    }
  };
  return (
    <Panel title={t(`draft:backtest.state.${backtest.state}`)}>
      <div className={styles.progress}>
        <Progress value={share} aria-label={t("draft:backtest.progress")} />
        <span className="num" role="status">
          {rowsTotal === null
            ? t("draft:backtest.counting")
            : t("draft:backtest.rowsDone", {
                done: formatNumber(rowsDone, language),
                total: formatNumber(rowsTotal, language),
              })}
        </span>
        {backtest.isYours && (
          <Button loading={busy} onClick={() => void cancel()}>
            {t("draft:backtest.cancel")}
          </Button>
        )}
      </div>
      <Problem text={error === undefined ? undefined : errorText} />
    </Panel>
  );
}
