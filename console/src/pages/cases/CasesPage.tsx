import { Button, Menu, Select } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { caseFacetsQuery, caseTypesQuery } from "../../api/cases.ts";
import { casesQuery } from "../../api/queries.ts";
import type { CaseSummary } from "../../api/shapes/cases.ts";
import { BulkBar } from "../../bulk/BulkBar.tsx";
import { useTicks } from "../../bulk/use-ticks.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { SubjectName } from "../../casework/SubjectName.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatDuration, formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { shownColumns } from "../../lib/list-view.ts";
import { CASE_TYPES, inLanguage, label } from "../../lib/vocabulary.ts";
import { ColumnsMenu } from "../../ui/ColumnsMenu.tsx";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { SavedViews } from "../../ui/SavedViews.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { CaseStateTag } from "../../ui/StateTags.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { useNow } from "../../ui/use-now.ts";
import { useOrganisationName } from "../../ui/use-organisation-name.ts";
import { WordsInput } from "../../ui/WordsInput.tsx";
import { NewCase } from "./NewCase.tsx";

const route = getRouteApi("/inside/cases");

/** Cases of every kind: what is open, what is due. */
export function CasesPage() {
  const { t } = useTranslation(["case", "bulk", "common"]);
  const seesOrders = useMay("hazardOrder", "read");
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const now = useNow(10_000);
  const shown = {
    open: search.show === "open" ? true : search.show === "ended" ? false : undefined,
    overdue: search.show === "overdue" ? true : undefined,
  };
  const filter = { type: search.type, flag: search.flag, q: search.q, ...shown };
  const query = useInfiniteQuery(casesQuery({ ...filter, state: search.state, sort: search.sort }));
  const facets = useQuery(caseFacetsQuery(filter));
  const types = useQuery(caseTypesQuery);
  const set = (part: Partial<typeof search>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const states = [...new Map((facets.data?.states ?? []).map((each) => [each.state, each])).values()];
  const countOf = (state: string): number =>
    (facets.data?.states ?? []).reduce((sum, each) => sum + (each.state === state ? each.count : 0), 0);
  const openable = (types.data ?? []).filter(({ creation }) => creation.allowed);
  const newCase = useRef<HTMLButtonElement>(null);
  const opening = openable.find(({ kind }) => kind === search.open);
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const keys = useMemo(() => rows.map(({ id }) => id), [rows]);
  const ticked = useTicks(keys);
  const columns = useMemo<Column<CaseSummary>[]>(
    () => [
      {
        id: "kind",
        header: t("case:list.type"),
        width: "100px",
        render: (row) => <span className="quiet">{inLanguage(row.kindTitle, language)}</span>,
      },
      {
        id: "name",
        header: t("case:list.name"),
        width: "minmax(200px, 2fr)",
        render: (row) => (
          <CaseLink id={row.id}>
            <b>{row.title ? inLanguage(row.title, language) : label(CASE_TYPES, row.type ?? row.kind, language)}</b>
          </CaseLink>
        ),
      },
      {
        id: "level",
        sortable: true,
        header: t("case:list.level"),
        width: "84px",
        render: (row) => (row.level ? <SeverityLabel level={row.level} /> : ""),
      },
      {
        id: "state",
        header: t("case:list.state"),
        width: "110px",
        render: (row) => <CaseStateTag state={row.state} title={row.stateTitle} />,
      },
      {
        id: "flags",
        header: t("case:list.flags"),
        width: "84px",
        render: (row) =>
          (row.flags ?? []).map((flag) => (
            <Tag key={flag} tone={flag === "OVERDUE" ? "bad" : "warn"}>
              {label(row.flagTitles ?? {}, flag, language)}
            </Tag>
          )),
      },
      {
        id: "vehicle",
        header: t("case:list.vehicle"),
        width: "160px",
        render: (row) => <SubjectName subject={row.subject} />,
      },
      {
        id: "maker",
        header: t("case:list.maker"),
        width: "minmax(120px, .9fr)",
        render: (row) => <span className="quiet">{row.organisation ? organisationName(row.organisation) : ""}</span>,
      },
      {
        id: "due",
        sortable: true,
        header: t("case:list.due"),
        width: "130px",
        render: (row) => {
          const due = parseTime(row.due);
          if (due === undefined) return <span className="faint">–</span>;
          return due < now ? (
            <Tag tone="bad">{t("case:overdueBy", { duration: formatDuration(now - due, language) })}</Tag>
          ) : (
            <span title={formatInstant(due)}>{t("case:left", { duration: formatDuration(due - now, language) })}</span>
          );
        },
      },
      {
        id: "opened",
        sortable: true,
        header: `${t("case:list.opened")} (${t("common:zone")})`,
        width: "164px",
        render: (row) => {
          const time = parseTime(row.openedAt ?? row.createdAt);
          return <span className="quiet">{time === undefined ? "" : formatInstant(time)}</span>;
        },
      },
    ],
    [t, language, now, organisationName],
  );
  const shownIds = shownColumns(
    search.cols,
    columns.map(({ id }) => id),
  );
  return (
    <div className={page.page}>
      <FilterBar
        title={t("case:list.title")}
        count={
          query.hasNextPage ? t("common:itemsSoFar", { count: rows.length }) : t("common:items", { count: rows.length })
        }
      >
        <Select
          aria-label={t("case:list.type")}
          w={170}
          value={search.type ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("case:anyType") },
            ...(types.data ?? []).map(({ kind, title }) => ({
              value: kind,
              label: `${inLanguage(title, language)} (${formatNumber(facets.data?.kinds.find((each) => each.kind === kind)?.count ?? 0, language)})`,
            })),
          ]}
          onChange={(value) => set({ type: value || undefined, state: undefined })}
        />
        <Select
          aria-label={t("case:list.state")}
          w={180}
          value={search.state ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("case:anyState") },
            ...states.map(({ state, title }) => ({
              value: state,
              label: `${inLanguage(title, language)} (${formatNumber(countOf(state), language)})`,
            })),
          ]}
          onChange={(value) => set({ state: value || undefined })}
        />
        <Select
          aria-label={t("case:list.due")}
          w={130}
          value={search.show ?? ""}
          allowDeselect={false}
          data={[
            { value: "", label: t("case:anyTime") },
            { value: "open", label: t("case:onlyOpen") },
            {
              value: "overdue",
              label: `${t("case:onlyOverdue")} (${formatNumber(facets.data?.overdue ?? 0, language)})`,
            },
            { value: "ended", label: t("case:onlyEnded") },
          ]}
          onChange={(value) => set({ show: (value || undefined) as typeof search.show })}
        />
        <WordsInput value={search.q} label={t("case:list.words")} apply={(q) => set({ q })} />
        <SavedViews list="cases" search={search} apply={(query) => void navigate({ search: query as typeof search })} />
        <ColumnsMenu columns={columns} shown={shownIds} apply={(shown) => set({ cols: shown?.join(".") })} />
        <ExportMenu list="/cases" filter={{ ...filter, state: search.state, sort: search.sort }} />
        <Link className="link" to="/cases/bulk" search={{}}>
          {t("bulk:runs")}
        </Link>
        {openable.length > 0 && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <Button variant="filled" ref={newCase}>
                {t("case:openNew")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {openable.map(({ kind, title }) => (
                <Menu.Item key={kind} onClick={() => set({ open: kind })}>
                  {inLanguage(title, language)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </FilterBar>
      {opening && (
        <NewCase
          type={opening}
          close={() => {
            set({ open: undefined });
            // The item of the menu that opened the dialog is gone: the menu's button stands for it.
            requestAnimationFrame(() => newCase.current?.focus());
          }}
        />
      )}
      {ticked.keys.length > 0 && (
        <BulkBar
          key={JSON.stringify([filter, search.state])}
          keys={ticked.keys}
          filter={{ ...filter, state: search.state }}
          total={search.state === undefined ? (facets.data?.total ?? 0) : countOf(search.state)}
          clear={ticked.clear}
        />
      )}
      <ListBody query={query}>
        {(more) => (
          <DataTable
            ticks={{ ...ticked.ticks, label: t("bulk:select"), allLabel: t("bulk:selectAll") }}
            label={t("case:list.title")}
            columns={columns.filter(({ id }) => shownIds.includes(id))}
            sort={search.sort}
            onSort={(sort) => set({ sort: sort as typeof search.sort })}
            rows={rows}
            rowKey={(row) => row.id}
            rowLevel={(row) => (row.state === "CLOSED" ? undefined : row.level)}
            onOpen={(row) => void navigate({ to: "/cases/$caseId", params: { caseId: row.id }, search: {} })}
            {...more}
            empty={
              <Empty
                title={t("case:list.empty")}
                next={t(seesOrders ? "case:list.emptyNext" : "case:list.emptyNextReader")}
              />
            }
          />
        )}
      </ListBody>
    </div>
  );
}
