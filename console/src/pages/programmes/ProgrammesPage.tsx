import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { programmesQuery, type ProgrammeView } from "../../api/programmes.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { inLanguage, label, ROLE_NAMES } from "../../lib/vocabulary.ts";
import { CertaintyTag } from "../../ui/CertaintyTag.tsx";
import { DataTable, type Column } from "../../ui/DataTable.tsx";
import { Empty } from "../../ui/Feedback.tsx";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { ListBody } from "../../ui/ListBody.tsx";
import page from "../../ui/page.module.css";
import { Tag } from "../../ui/Tag.tsx";

const route = getRouteApi("/inside/programmes");

/** The programmes in force: who decides, whether applications are taken, how many projects run. */
export function ProgrammesPage() {
  const { t } = useTranslation(["programme", "common"]);
  const language = useLanguage();
  const navigate = route.useNavigate();
  const query = useQuery(programmesQuery);
  const rows = query.data?.items ?? [];
  const figure = (key: "underWay" | "testing" | "ended"): Column<ProgrammeView> => ({
    id: key,
    header: t(`programme:${key}`),
    width: "90px",
    align: "right",
    render: (row) => formatNumber(row.figures[key], language),
  });
  const columns: Column<ProgrammeView>[] = [
    {
      id: "title",
      header: t("programme:name"),
      width: "minmax(260px, 2fr)",
      render: ({ programme }) => (
        <Link to="/programmes/$programmeId" params={{ programmeId: programme.id }} search={{}}>
          <b>{inLanguage(programme.title, language)}</b>
        </Link>
      ),
    },
    { id: "version", header: t("programme:version"), width: "70px", render: ({ programme }) => programme.version },
    {
      id: "lead",
      header: t("programme:lead"),
      width: "minmax(160px, 1fr)",
      render: ({ programme }) => programme.leads.map((role) => label(ROLE_NAMES, role, language)).join(" · "),
    },
    {
      id: "open",
      header: t("programme:open"),
      width: "110px",
      render: ({ open }) => (
        <Tag tone={open ? "ok" : "quiet"}>{open ? t("programme:isOpen") : t("programme:isClosed")}</Tag>
      ),
    },
    figure("underWay"),
    figure("testing"),
    figure("ended"),
    {
      id: "basis",
      header: t("programme:certainty"),
      width: "150px",
      render: ({ programme }) => <CertaintyTag basis={programme.basis} />,
    },
  ];
  return (
    <div className={page.page}>
      <FilterBar title={t("programme:title")} count={t("common:items", { count: rows.length })}>
        <Link className="link" to="/complaints" search={{}}>
          {t("programme:complaints.title")}
        </Link>
        <a className="link" href="/public/programmes">
          {t("programme:publicReports")}
        </a>
        <ExportMenu list="/programmes" filter={{}} />
      </FilterBar>
      <ListBody query={query}>
        {(more) => (
          <DataTable
            label={t("programme:title")}
            columns={columns}
            rows={rows}
            rowKey={(row) => row.programme.id}
            rowHeight={36}
            onOpen={(row) =>
              void navigate({ to: "/programmes/$programmeId", params: { programmeId: row.programme.id }, search: {} })
            }
            {...more}
            empty={<Empty title={t("programme:empty")} next={t("programme:emptyNext")} />}
          />
        )}
      </ListBody>
    </div>
  );
}
