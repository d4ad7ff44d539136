import { SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { projectsQuery } from "../../api/queries.ts";
import type { ProjectSummary } from "../../api/shapes/projects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatNumber, parseTime } from "../../lib/format.ts";
import { shownColumns } from "../../lib/list-view.ts";
import { projectVehicleCount } from "../../lib/project.ts";
import { inLanguage, label, PROJECT_FLAGS, stageOf, STAGES, statesOf } from "../../lib/vocabulary.ts";
import { ColumnsMenu } from "../../ui/ColumnsMenu.tsx";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { SavedViews } from "../../ui/SavedViews.tsx";
import { ProjectStateTag } from "../../ui/StateTags.tsx";
import { useOrganisationName } from "../../ui/use-organisation-name.ts";
import { Tag } from "../../ui/Tag.tsx";

const route = getRouteApi("/inside/projects");

export function ProjectsPage() {
  const { t } = useTranslation(["project", "programme", "common"]);
  const language = useLanguage();
  const organisationName = useOrganisationName();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter = { state: search.stage && statesOf(search.stage).join(","), sort: search.sort };
  const query = useInfiniteQuery(projectsQuery(filter));
  const rows = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const set = (part: Partial<typeof search>): void =>
    void navigate({ search: (previous) => ({ ...previous, ...part }), replace: true });
  const columns = useMemo<Column<ProjectSummary>[]>(
    () => [
      {
        id: "title",
        header: t("project:list.name"),
        width: "minmax(240px, 2fr)",
        render: (row) => (
          <Link to="/projects/$projectId" params={{ projectId: row.id }} search={{}}>
            <b>{inLanguage(row.title, language)}</b>
          </Link>
        ),
      },
      {
        id: "stage",
        header: t("project:list.stage"),
        width: "120px",
        render: (row) => (
          <span className="quiet">
            {inLanguage(STAGES.find(({ code }) => code === stageOf(row.state))?.title, language)}
          </span>
        ),
      },
      {
        id: "state",
        header: t("project:list.state"),
        width: "180px",
        render: (row) => (
          <>
            <ProjectStateTag state={row.state} />{" "}
            {(row.flags ?? []).map((flag) => (
              <Tag key={flag} tone="warn">
                {label(PROJECT_FLAGS, flag, language)}
              </Tag>
            ))}
          </>
        ),
      },
      {
        id: "organisation",
        header: t("project:list.applicant"),
        width: "minmax(140px, 1fr)",
        // By the directory of today, as the page of the project has it.
        render: (row) => (row.organisation ? organisationName(row.organisation) : (row.applicant?.name ?? "")),
      },
      {
        id: "vehicles",
        header: t("project:list.vehicles"),
        width: "90px",
        align: "right",
        render: (row) => {
          const count = projectVehicleCount(row);
          return count === undefined ? "" : formatNumber(count, language);
        },
      },
      {
        id: "findings",
        header: t("project:list.findings"),
        width: "110px",
        align: "right",
        render: (row) => (row.openFindings === undefined ? "" : formatNumber(row.openFindings, language)),
      },
      {
        id: "due",
        sortable: true,
        header: t("project:list.due"),
        width: "170px",
        render: (row) => {
          const due = parseTime(row.due);
          return due === undefined ? "" : formatInstant(due);
        },
      },
      {
        id: "updated",
        header: `${t("project:list.updated")} (${t("common:zone")})`,
        width: "180px",
        render: (row) => {
          const time = parseTime(row.updatedAt);
          return <span className="quiet">{time === undefined ? "" : formatInstant(time)}</span>;
        },
      },
    ],
    [t, language, organisationName],
  );
  const shownIds = shownColumns(
    search.cols,
    columns.map(({ id }) => id),
  );
  return (
    <div className={page.page}>
      <FilterBar
        title={t("project:list.title")}
        count={
          query.hasNextPage ? t("common:itemsSoFar", { count: rows.length }) : t("common:items", { count: rows.length })
        }
      >
        <Link className="link" to="/programmes" search={{}}>
          {t("programme:link")}
        </Link>
        <SegmentedControl
          aria-label={t("project:list.stage")}
          value={search.stage ?? ""}
          data={[
            { value: "", label: t("common:all") },
            ...STAGES.map(({ code, title }) => ({ value: code, label: inLanguage(title, language) })),
          ]}
          onChange={(value) => set({ stage: STAGES.find(({ code }) => code === value)?.code })}
        />
        <SavedViews
          list="projects"
          search={search}
          apply={(query) => void navigate({ search: query as typeof search })}
        />
        <ColumnsMenu columns={columns} shown={shownIds} apply={(shown) => set({ cols: shown?.join(".") })} />
        <ExportMenu list="/cases" filter={{ ...filter, type: "sandbox-project" }} />
      </FilterBar>
      <ListBody query={query}>
        {(more) => (
          <DataTable
            label={t("project:list.title")}
            columns={columns.filter(({ id }) => shownIds.includes(id))}
            sort={search.sort}
            onSort={(sort) => set({ sort: sort as typeof search.sort })}
            rows={rows}
            rowKey={(row) => row.id}
            rowHeight={36}
            onOpen={(row) => void navigate({ to: "/projects/$projectId", params: { projectId: row.id }, search: {} })}
            {...more}
            empty={<Empty title={t("project:list.empty")} next={t("project:list.emptyNext")} />}
          />
        )}
      </ListBody>
    </div>
  );
}
