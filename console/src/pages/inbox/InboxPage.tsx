import { SegmentedControl } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { BegunForms } from "./BegunForms.tsx";
import { Notices } from "./Notices.tsx";
import { NotificationSettings } from "./NotificationSettings.tsx";
import { Webhooks } from "./Webhooks.tsx";

const route = getRouteApi("/inside/inbox");

/** What concerns the person who is signed in: notices, forms that were begun, and how they want to be told. */
export function InboxPage() {
  const { t } = useTranslation("inbox");
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className={page.page}>
      <FilterBar title={t("title")}>
        <SegmentedControl
          aria-label={t("show")}
          value={show ?? "all"}
          data={[
            { value: "all", label: t("all") },
            { value: "unread", label: t("unread") },
            { value: "forms", label: t("forms") },
            { value: "settings", label: t("settings") },
            { value: "webhooks", label: t("webhooks") },
          ]}
          onChange={(value) =>
            void navigate({
              search: (previous) => ({ ...previous, show: value === "all" ? undefined : (value as typeof show) }),
              replace: true,
            })
          }
        />
      </FilterBar>
      <div className={page.left}>
        {show === "settings" ? (
          <NotificationSettings />
        ) : show === "webhooks" ? (
          <Webhooks />
        ) : show === "forms" ? (
          <BegunForms />
        ) : (
          <Notices unread={show === "unread"} />
        )}
      </div>
    </div>
  );
}
