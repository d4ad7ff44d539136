import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../../access/use-may.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { TabBar } from "../../ui/TabBar.tsx";
import { CustodyView } from "./CustodyView.tsx";
import { LeavesView } from "./LeavesView.tsx";

const route = getRouteApi("/inside/ledger");
const TABS = ["leaves", "custody"] as const;

/** The signed log. Who keeps it, and sees nothing of what it is about, begins with the keys. */
export function LedgerPage() {
  const { t } = useTranslation("ledger");
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const seesLeaves = useMay("ledger", "read");
  const tab = search.tab ?? (seesLeaves ? "leaves" : "custody");
  return (
    <div className={page.page}>
      <FilterBar title={t("title")}>
        <span className="quiet">{t("lead")}</span>
      </FilterBar>
      <TabBar
        label={t("title")}
        active={tab}
        tabs={TABS.map((name) => ({ name, text: t(`tabs.${name}`) }))}
        onChange={(name) => void navigate({ search: (previous) => ({ ...previous, tab: name }), replace: true })}
      />
      {tab === "leaves" ? <LeavesView /> : <CustodyView />}
    </div>
  );
}
