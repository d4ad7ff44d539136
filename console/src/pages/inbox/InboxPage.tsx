import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { inboxQuery, markRead, type InboxItem } from "../../api/notifications.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatWhen } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { FilterBar } from "../../ui/FilterBar.tsx";
import page from "../../ui/page.module.css";
import { Tag } from "../../ui/Tag.tsx";
import styles from "./inbox.module.css";
import { NotificationSettings } from "./NotificationSettings.tsx";
import { Webhooks } from "./Webhooks.tsx";

const route = getRouteApi("/inside/inbox");

/** What concerns the person who is signed in, newest first; opening a case marks its notice as read. */
export function InboxPage() {
  const { t } = useTranslation(["inbox", "common"]);
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const query = useInfiniteQuery(inboxQuery(show === "unread"));
  const items = (query.data?.pages ?? []).flatMap((part) => part.items);
  const [newest] = items;
  const isList = show !== "settings" && show !== "webhooks";
  const read = async (what: Parameters<typeof markRead>[0]): Promise<void> => {
    await markRead(what);
    await client.invalidateQueries({ queryKey: ["notifications"] });
  };
  return (
    <div className={page.page}>
      <FilterBar title={t("inbox:title")} count={isList ? t("common:items", { count: items.length }) : undefined}>
        <SegmentedControl
          aria-label={t("inbox:show")}
          value={show ?? "all"}
          data={[
            { value: "all", label: t("inbox:all") },
            { value: "unread", label: t("inbox:unread") },
            { value: "settings", label: t("inbox:settings") },
            { value: "webhooks", label: t("inbox:webhooks") },
          ]}
          onChange={(value) =>
            void navigate({
              search: (previous) => ({ ...previous, show: value === "all" ? undefined : (value as typeof show) }),
              replace: true,
            })
          }
        />
        {isList && newest !== undefined && (
          <Button onClick={() => void read({ upTo: newest.id })}>{t("inbox:readAll")}</Button>
        )}
      </FilterBar>
      <div className={page.left}>
        {show === "settings" ? (
          <NotificationSettings />
        ) : show === "webhooks" ? (
          <Webhooks />
        ) : query.error && !query.data ? (
          <Refused error={query.error} retry={() => void query.refetch()} />
        ) : !query.data ? (
          <Loading />
        ) : items.length === 0 ? (
          <Empty title={t("inbox:empty")} next={t("inbox:emptyNext")} />
        ) : (
          <ul className={styles.list}>
            {items.map((item) => (
              <InboxRow key={item.id} item={item} onOpen={() => void read({ ids: [item.id] })} />
            ))}
          </ul>
        )}
        {query.hasNextPage && isList && (
          <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t("inbox:more")}
          </Button>
        )}
      </div>
    </div>
  );
}

function InboxRow({ item, onOpen }: { item: InboxItem; onOpen: () => void }) {
  const { t } = useTranslation("inbox");
  const language = useLanguage();
  const title = inLanguage(item.case.title, language);
  const isLate = item.kind === "overdue" || item.kind === "escalation";
  return (
    <li data-unread={item.readAt === null || undefined}>
      <time dateTime={item.at} className="num faint">
        {formatWhen(item.at, "")}
      </time>
      <Tag tone={isLate ? "bad" : item.urgent ? "warn" : "plain"}>{t(`kinds.${item.kind}`)}</Tag>
      <span className={styles.words}>
        <b>{inLanguage(item.text, language)}</b>
        <CaseLink id={item.case.id} onClick={onOpen}>
          {title}
        </CaseLink>
      </span>
      {item.readAt === null ? (
        <button type="button" className={styles.mark} onClick={onOpen}>
          {t("markRead")}
        </button>
      ) : (
        <span className="faint">{t("isRead")}</span>
      )}
    </li>
  );
}
