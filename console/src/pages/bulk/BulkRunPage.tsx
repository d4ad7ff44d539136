import { Button, Progress, Select } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { ActorName } from "../../casework/ActorName.tsx";
import { useTranslation } from "react-i18next";
import { bulkRowsQuery, bulkRunQuery, cancelBulk, OUTCOMES, type BulkOutcome, type BulkRow } from "../../api/bulk.ts";
import styles from "../../bulk/bulk.module.css";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { purposeName } from "../../casework/PurposeField.tsx";
import { useErrorText } from "../../i18n/use-error-text.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber, formatWhen } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Loading, Refused } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { PageHead } from "../../ui/PageHead.tsx";
import { Problem } from "../../ui/Problem.tsx";
import { Tag, type TagTone } from "../../ui/Tag.tsx";

const TONES: Readonly<Record<BulkOutcome, TagTone>> = {
  done: "ok",
  proposed: "warn",
  refused: "bad",
  skipped: "quiet",
  cancelled: "quiet",
  failed: "bad",
};
const route = getRouteApi("/inside/cases/bulk/$runId");

/** What one action on many cases came to: progress while it runs, the outcome of every case, kept. */
export function BulkRunPage() {
  const { t } = useTranslation(["bulk", "common"]);
  const language = useLanguage();
  const client = useQueryClient();
  const { runId } = route.useParams();
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(bulkRunQuery(runId));
  const run = query.data;
  const rows = useQuery(bulkRowsQuery(runId, run?.state ?? "running"));
  const stop = useMutation({
    mutationFn: () => cancelBulk(runId),
    onSettled: () => client.invalidateQueries({ queryKey: ["bulk"] }),
  });
  const stopProblem = useErrorText(stop.error);
  const shown = useMemo(
    () => (rows.data ?? []).filter((row) => show === undefined || row.outcome === show),
    [rows.data, show],
  );
  const columns = useMemo<Column<BulkRow>[]>(
    () => [
      {
        id: "case",
        header: t("bulk:case"),
        width: "minmax(220px, 1.4fr)",
        render: (row) => (
          <CaseLink id={row.case.id}>
            {row.case.title === null ? (
              <span className="mono">{row.case.id}</span>
            ) : (
              <b>{inLanguage(row.case.title, language)}</b>
            )}
          </CaseLink>
        ),
      },
      {
        id: "state",
        header: t("bulk:state"),
        width: "120px",
        render: (row) => (
          <span className="quiet">
            {row.case.stateTitle === null ? t("bulk:hidden") : inLanguage(row.case.stateTitle, language)}
          </span>
        ),
      },
      {
        id: "result",
        header: t("bulk:result"),
        width: "200px",
        render: (row) =>
          row.outcome === null ? (
            <Tag tone="quiet">{t("bulk:waiting")}</Tag>
          ) : (
            <Tag tone={TONES[row.outcome]}>{t(`bulk:outcomes.${row.outcome}`)}</Tag>
          ),
      },
      {
        id: "reason",
        header: t("bulk:reason"),
        width: "minmax(220px, 1.6fr)",
        render: (row) => {
          const changes = row.changes.map(
            (each) => `${inLanguage(each.title, language)} (${inLanguage(each.roleTitle, language)})`,
          );
          const text =
            changes.length > 0
              ? t("bulk:changed", { changes: changes.join(language === "zh" ? "、" : ", ") })
              : inLanguage(row.reason, language);
          return <span title={[row.code, text].filter(Boolean).join(" · ")}>{text}</span>;
        },
      },
      {
        id: "leaf",
        header: t("bulk:leaf"),
        width: "150px",
        render: (row) => (row.leaf === null ? "" : <span className="mono quiet">{row.leaf}</span>),
      },
      {
        id: "at",
        header: `${t("bulk:ended")} (${t("common:zone")})`,
        width: "164px",
        render: (row) => <span className="quiet">{formatWhen(row.at, "")}</span>,
      },
    ],
    [t, language],
  );
  if (query.error && run === undefined) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (run === undefined) return <Loading />;
  const handled = run.total - run.waiting;
  const filter = Object.entries(run.query ?? {}).map(([name, value]) => `${name} = ${String(value)}`);
  return (
    <div className={page.page}>
      <PageHead
        trail={[{ text: t("bulk:runs"), to: "/cases/bulk" }]}
        title={`${inLanguage(run.actionTitle, language)} · ${inLanguage(run.kindTitle, language)}`}
        summary={t(`bulk:states.${run.state}`)}
        facts={[
          { name: t("bulk:by"), value: <ActorName actor={run.by} /> },
          { name: t("bulk:started"), value: formatWhen(run.startedAt, "") },
          { name: t("bulk:ended"), value: formatWhen(run.endedAt, "") },
          { name: t("bulk:query"), value: run.query === null ? t("bulk:chosen") : filter.join("; ") || t("bulk:all") },
          { name: t("bulk:purpose"), value: run.purpose === null ? null : purposeName(run.purpose, language) },
        ]}
        actions={
          run.state === "running" && (
            <Button title={t("bulk:stopHint")} loading={stop.isPending} onClick={() => stop.mutate()}>
              {t("bulk:stop")}
            </Button>
          )
        }
      />
      <Problem text={stop.error === null ? undefined : stopProblem} />
      <div className={styles.progress}>
        <Progress
          value={(handled / Math.max(1, run.total)) * 100}
          animated={run.state === "running"}
          aria-label={t("bulk:progress", { done: handled, total: run.total })}
        />
        <div className={styles.counts}>
          <span aria-live="polite">
            {t("bulk:progress", { done: formatNumber(handled, language), total: formatNumber(run.total, language) })}
          </span>
          {OUTCOMES.filter((outcome) => run.outcomes[outcome] > 0).map((outcome) => (
            <span key={outcome}>
              {t(`bulk:outcomes.${outcome}`)} <b className="num">{formatNumber(run.outcomes[outcome], language)}</b>
            </span>
          ))}
          <Select
            aria-label={t("bulk:show")}
            size="xs"
            ml="auto"
            w={220}
            value={show ?? ""}
            allowDeselect={false}
            data={[
              { value: "", label: t("bulk:all") },
              ...OUTCOMES.map((outcome) => ({ value: outcome, label: t(`bulk:outcomes.${outcome}`) })),
            ]}
            onChange={(value) =>
              void navigate({
                search: (previous) => ({ ...previous, show: (value || undefined) as typeof show }),
                replace: true,
              })
            }
          />
          <ExportMenu list={`/cases/bulk/runs/${runId}/cases`} filter={{}} />
          <Link className="link" to="/cases" search={{}}>
            {t("bulk:case")}
          </Link>
        </div>
      </div>
      <ListBody query={rows}>
        {(more) => (
          <DataTable label={t("bulk:result")} columns={columns} rows={shown} rowKey={(row) => row.case.id} {...more} />
        )}
      </ListBody>
    </div>
  );
}
