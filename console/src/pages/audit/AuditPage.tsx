import { NativeSelect, TextInput } from "@mantine/core";
import { ACCESS_ACTION_GROUPS, accessActionName, PURPOSES, type PurposeCode } from "@sandglass/casework";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { logQuery, type LogEntry, type LogFilter } from "../../api/access.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { dayStart } from "../../lib/backtest-figures.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { inLanguage, label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { useOrganisationName } from "../../ui/use-organisation-name.ts";

const route = getRouteApi("/inside/audit");
const DAY_MS = 86_400_000;
/** Where a day of the shown zone begins, or so many days later; undefined for what is no day. */
function dayBegin(day = "", later = 0): string | undefined {
  const ms = dayStart(day);
  return ms === undefined ? undefined : new Date(ms + later * DAY_MS).toISOString();
}

/** Who read which record, opened personal data or acted on identities. Nobody changes it. */
export function AuditPage() {
  const { t } = useTranslation(["admin", "common"]);
  const organisationName = useOrganisationName();
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter: LogFilter = {
    action: search.action,
    subject: search.subject,
    actor: search.actor,
    from: dayBegin(search.first),
    to: dayBegin(search.last, 1),
  };
  const query = useInfiniteQuery(logQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap((each) => each.items) ?? [], [query.data]);
  const set = (change: Partial<Record<"action" | "subject" | "actor" | "first" | "last", string | undefined>>) =>
    void navigate({ search: (previous) => ({ ...previous, ...change }), replace: true });
  const columns = useMemo<Column<LogEntry>[]>(
    () => [
      {
        id: "at",
        header: t("admin:log.at"),
        width: "170px",
        render: (row) => {
          const at = parseTime(row.at);
          return <span className="mono">{at === undefined ? row.at : formatInstant(at)}</span>;
        },
      },
      {
        id: "actor",
        header: t("admin:log.actor"),
        width: "minmax(130px, .8fr)",
        render: (row) => <span title={row.actor}>{row.actorName ?? label(ROLE_NAMES, row.actor, language)}</span>,
      },
      {
        id: "role",
        header: t("admin:log.role"),
        width: "minmax(110px, .8fr)",
        render: (row) => label(ROLE_NAMES, row.role, language),
      },
      {
        id: "organisation",
        header: t("admin:log.organisation"),
        width: "minmax(90px, .6fr)",
        render: (row) => <span title={row.organisation}>{organisationName(row.organisation)}</span>,
      },
      {
        id: "action",
        header: t("admin:log.action"),
        width: "minmax(210px, 1.2fr)",
        render: (row) => <ActionName code={row.action} />,
      },
      {
        id: "subject",
        header: t("admin:log.subject"),
        width: "minmax(170px, 1fr)",
        render: (row) => <span className="mono">{row.subject}</span>,
      },
      {
        id: "why",
        header: t("admin:log.why"),
        width: "minmax(160px, 1.2fr)",
        render: (row) => {
          const purpose = row.purpose === null ? undefined : PURPOSES[row.purpose as PurposeCode];
          const text = [purpose?.title[language], row.reason].filter((part) => part).join(" · ");
          return <span title={row.detail === null ? undefined : JSON.stringify(row.detail)}>{text}</span>;
        },
      },
    ],
    [t, language, organisationName],
  );
  return (
    <div className={page.page}>
      <FilterBar
        title={t("admin:log.title")}
        count={
          query.hasNextPage ? t("common:itemsSoFar", { count: rows.length }) : t("common:items", { count: rows.length })
        }
      >
        <NativeSelect
          aria-label={t("admin:log.action")}
          data={[
            { value: "", label: t("admin:log.all") },
            ...Object.entries(ACCESS_ACTION_GROUPS).map(([group, names]) => ({
              value: `${group}.`,
              label: inLanguage(names, language),
            })),
          ]}
          value={search.action ?? ""}
          onChange={(event) => set({ action: event.currentTarget.value || undefined })}
        />
        <TextInput
          aria-label={t("admin:log.subject")}
          placeholder={t("admin:log.subject")}
          defaultValue={search.subject ?? ""}
          onBlur={(event) => set({ subject: event.currentTarget.value.trim() || undefined })}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
        <TextInput
          aria-label={t("admin:log.actorId")}
          placeholder={t("admin:log.actorId")}
          defaultValue={search.actor ?? ""}
          onBlur={(event) => set({ actor: event.currentTarget.value.trim() || undefined })}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
        {(["first", "last"] as const).map((end) => (
          <TextInput
            key={end}
            type="date"
            aria-label={t(`admin:log.${end}`)}
            title={`${t(`admin:log.${end}`)} (${t("common:zone")})`}
            value={search[end] ?? ""}
            onChange={(event) => set({ [end]: event.currentTarget.value || undefined })}
          />
        ))}
        <ExportMenu list="/access-log" filter={{ ...filter }} />
      </FilterBar>
      <div className={page.body}>
        {query.isPending ? (
          <Loading />
        ) : query.isError ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : (
          <DataTable
            label={t("admin:log.title")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            hasMore={query.hasNextPage}
            loadingMore={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
            empty={<Empty title={t("admin:log.empty")} />}
          />
        )}
      </div>
    </div>
  );
}

/** The code stays beside the name: the API and exports have it. */
function ActionName({ code }: { readonly code: string }) {
  const language = useLanguage();
  const names = accessActionName(code);
  if (names === undefined) return <span className="mono">{code}</span>;
  const name = inLanguage(names, language);
  return (
    <span title={`${name} · ${code}`}>
      {name} <small className="mono faint">{code}</small>
    </span>
  );
}
