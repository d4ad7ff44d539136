import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import type { LinkSort } from "../../api/queries.ts";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { TabBar } from "../../ui/TabBar.tsx";
import { LinksTable } from "./LinksTable.tsx";
import { QuarantineTable } from "./QuarantineTable.tsx";
import { RefusedTable } from "./RefusedTable.tsx";

const route = getRouteApi("/inside/links");
const TABS = ["links", "closed", "refused", "quarantine"] as const;
const EXPORTS = { links: "/links", closed: "/links", refused: "/links/refused", quarantine: "/quarantine" } as const;

/** Who is connected to the gateway, who was turned away, and which frames were set aside. */
export function LinksPage() {
  const { t } = useTranslation("link");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const maySeeRefused = useMay("platformLink", "read");
  const tab = search.tab ?? "links";
  const sort: LinkSort = search.sort ?? "-opened";
  const filter = tab === "links" ? { state: "open", sort } : tab === "closed" ? { state: "closed", sort } : {};
  return (
    <div className={page.page}>
      <FilterBar title={t("title")}>
        <ExportMenu list={EXPORTS[tab]} filter={filter} />
      </FilterBar>
      <TabBar
        label={t("title")}
        active={tab}
        tabs={TABS.filter((name) => name !== "refused" || maySeeRefused).map((name) => ({
          name,
          text: t(`tabs.${name}`),
        }))}
        onChange={(name) =>
          void navigate({
            search: (previous) => ({ ...previous, tab: name === "links" ? undefined : name }),
            replace: true,
          })
        }
      />
      {tab === "quarantine" ? (
        <QuarantineTable />
      ) : tab === "refused" ? (
        <RefusedTable />
      ) : (
        <LinksTable
          key={tab}
          state={tab === "links" ? "open" : "closed"}
          sort={sort}
          onSort={(next) =>
            void navigate({
              search: (previous) => ({ ...previous, sort: next === "opened" ? next : undefined }),
              replace: true,
            })
          }
        />
      )}
    </div>
  );
}
