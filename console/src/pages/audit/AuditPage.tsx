import { NativeSelect, TextInput } from "@mantine/core";
import { PURPOSES, type PurposeCode } from "@sandglass/casework";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { logQuery, type LogEntry, type LogFilter } from "../../api/access.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";

const route = getRouteApi("/inside/audit");
const GROUPS = [
  "read",
  "vin",
  "session",
  "account",
  "organisation",
  "token",
  "password",
  "platform",
  "vehicle",
] as const;

/** Who read which record, opened personal data or acted on identities. Nobody changes it. */
export function AuditPage() {
  const { t } = useTranslation("admin");
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter: LogFilter = {
    action: search.action,
    subject: search.subject,
    actor: search.actor,
  };
  const query = useInfiniteQuery(logQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap((each) => each.items) ?? [], [query.data]);
  const set = (change: Partial<Record<"action" | "subject" | "actor", string | undefined>>) =>
    void navigate({ search: (previous) => ({ ...previous, ...change }), replace: true });
  const columns = useMemo<Column<LogEntry>[]>(
    () => [
      {
        id: "at",
        header: t("log.at"),
        width: "170px",
        render: (row) => {
          const at = parseTime(row.at);
          return <span className="mono">{at === undefined ? row.at : formatInstant(at)}</span>;
        },
      },
      {
        id: "actor",
        header: t("log.actor"),
        width: "minmax(130px, .8fr)",
        render: (row) => <span title={row.actor}>{row.actorName ?? row.actor}</span>,
      },
      {
        id: "role",
        header: t("log.role"),
        width: "minmax(110px, .8fr)",
        render: (row) => label(ROLE_NAMES, row.role, language),
      },
      {
        id: "organisation",
        header: t("log.organisation"),
        width: "minmax(90px, .6fr)",
        render: (row) => row.organisation,
      },
      {
        id: "action",
        header: t("log.action"),
        width: "minmax(120px, .8fr)",
        render: (row) => <span className="mono">{row.action}</span>,
      },
      {
        id: "subject",
        header: t("log.subject"),
        width: "minmax(170px, 1fr)",
        render: (row) => <span className="mono">{row.subject}</span>,
      },
      {
        id: "why",
        header: t("log.why"),
        width: "minmax(160px, 1.2fr)",
        render: (row) => {
          const purpose = row.purpose === null ? undefined : PURPOSES[row.purpose as PurposeCode];
          const text = [purpose?.title[language], row.reason].filter((part) => part).join(" · ");
          return <span title={row.detail === null ? undefined : JSON.stringify(row.detail)}>{text}</span>;
        },
      },
    ],
    [t, language],
  );
  return (
    <div className={page.page}>
      <FilterBar title={t("log.title")}>
        <NativeSelect
          aria-label={t("log.action")}
          data={[
            { value: "", label: t("log.all") },
            ...GROUPS.map((value) => ({ value: `${value}.`, label: t(`groups.${value}`) })),
          ]}
          value={search.action ?? ""}
          onChange={(event) => set({ action: event.currentTarget.value || undefined })}
        />
        <TextInput
          aria-label={t("log.subject")}
          placeholder={t("log.subject")}
          defaultValue={search.subject ?? ""}
          onBlur={(event) => set({ subject: event.currentTarget.value.trim() || undefined })}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
        <TextInput
          aria-label={t("log.actorId")}
          placeholder={t("log.actorId")}
          defaultValue={search.actor ?? ""}
          onBlur={(event) => set({ actor: event.currentTarget.value.trim() || undefined })}
          onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
        />
        <ExportMenu list="/access-log" filter={{ ...filter }} />
      </FilterBar>
      <div className={page.body}>
        {query.isPending ? (
          <Loading />
        ) : query.isError ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : (
          <DataTable
            label={t("log.title")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.id}
            hasMore={query.hasNextPage}
            loadingMore={query.isFetchingNextPage}
            onMore={() => void query.fetchNextPage()}
            empty={<Empty title={t("log.empty")} />}
          />
        )}
      </div>
    </div>
  );
}
