import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { TabBar } from "../../ui/TabBar.tsx";
import { OrganisationsTab } from "./OrganisationsTab.tsx";
import { PeopleTab } from "./PeopleTab.tsx";
import { PolicyTab } from "./PolicyTab.tsx";
import { TokensTab } from "./TokensTab.tsx";

const route = getRouteApi("/inside/admin");
const TABS = ["people", "organisations", "tokens", "policy"] as const;

/** For the security administrator: who there is, what they are, how they sign in. The audit administrator reads it. */
export function AdminPage() {
  const { t } = useTranslation("admin");
  const { tab = "people" } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className={page.page}>
      <FilterBar title={t("title")} />
      <TabBar
        label={t("title")}
        active={tab}
        tabs={TABS.map((name) => ({ name, text: t(`tabs.${name}`) }))}
        onChange={(name) => void navigate({ search: (previous) => ({ ...previous, tab: name }), replace: true })}
      />
      <div className={page.left} role="tabpanel" tabIndex={0}>
        {tab === "people" && <PeopleTab />}
        {tab === "organisations" && <OrganisationsTab />}
        {tab === "tokens" && <TokensTab />}
        {tab === "policy" && <PolicyTab />}
      </div>
    </div>
  );
}
