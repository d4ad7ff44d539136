import { ActionIcon, Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { IconArrowUp, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { findingsQuery, situationQuery } from "../../api/queries.ts";
import { usePageCommand } from "../../app/shell/use-shortcuts.ts";
import { useFreshFindings } from "../../findings/use-fresh-findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatNumber } from "../../lib/format.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { useNow } from "../../ui/use-now.ts";
import styles from "./feed.module.css";
import { FeedRow } from "./FeedRow.tsx";

const route = getRouteApi("/inside/");
const SORTS = ["newest", "level"] as const;
/** Rows of a page. */
const SHOWN = 50;

/**
 * The newest findings. New ones are taken in while nobody reads the list; under the pointer, after scrolling or while
 * paused, rows stay where they are and a pill says how many wait.
 */
export function FindingsFeed() {
  const { t } = useTranslation("situation");
  const language = useLanguage();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const sort = search.sort ?? "newest";
  // By level, what is open: an ended one of a high level needs nobody any more.
  const filter = {
    level: search.level,
    ...(sort === "level" ? { status: "firing" as const, sort: "-level" as const } : {}),
  };
  const list = useInfiniteQuery(findingsQuery(filter, SHOWN));
  const situation = useQuery(situationQuery);
  const now = useNow(1000);
  const [paused, setPaused] = useState(false);
  const { refetch } = list;

  const items = useMemo(() => (list.data?.pages ?? []).flatMap((page) => page.items), [list.data]);

  const { waiting, show, area } = useFreshFindings({
    filter,
    queryKey: findingsQuery(filter, SHOWN).queryKey,
    rows: items,
    refetch,
    paused,
  });
  usePageCommand((kind) => {
    if (kind === "pause") setPaused((value) => !value);
    if (kind === "show") show();
  });

  const open = Object.values(situation.data?.findings.open ?? {}).reduce((sum, count) => sum + count, 0);
  return (
    <section className={styles.feed} aria-label={t("feed.title")}>
      <header className={styles.head}>
        <h2>{t("feed.title")}</h2>
        <span className="quiet num">{t("feed.open", { count: formatNumber(open, language) })}</span>
        <span className={styles.grow} />
        <SegmentedControl
          aria-label={t("feed.sort")}
          value={sort}
          data={SORTS.map((value) => ({ value, label: t(`feed.by.${value}`) }))}
          onChange={(value) =>
            void navigate({
              search: (previous) => ({ ...previous, sort: value === "level" ? "level" : undefined }),
              replace: true,
            })
          }
        />
        <ActionIcon
          variant="default"
          aria-pressed={paused}
          aria-label={paused ? t("feed.resume") : t("feed.pause")}
          title={paused ? t("feed.resume") : t("feed.pause")}
          onClick={() => setPaused((value) => !value)}
        >
          {paused ? (
            <IconPlayerPlay size={14} stroke={1.5} aria-hidden />
          ) : (
            <IconPlayerPause size={14} stroke={1.5} aria-hidden />
          )}
        </ActionIcon>
      </header>
      {(waiting > 0 || paused) && (
        <div className={styles.pill}>
          {paused && <span className="quiet">{t("feed.paused")}</span>}
          {waiting > 0 && (
            <Button
              variant="filled"
              radius="xl"
              leftSection={<IconArrowUp size={13} stroke={2} aria-hidden />}
              onClick={show}
            >
              {t("feed.new", { count: waiting })}
            </Button>
          )}
        </div>
      )}
      <div
        className={styles.list}
        {...area}
        onScroll={(event) => {
          const box = event.currentTarget;
          if (
            box.scrollHeight - box.scrollTop - box.clientHeight < 300 &&
            list.hasNextPage &&
            !list.isFetchingNextPage &&
            items.length < 500
          )
            void list.fetchNextPage();
        }}
      >
        {list.error && !list.data ? (
          <Refused error={list.error} retry={() => void refetch()} />
        ) : !list.data ? (
          <Loading />
        ) : items.length === 0 ? (
          <Empty title={t("feed.empty")} next={t("feed.emptyNext")} />
        ) : (
          <ul>
            {items.map((finding) => (
              <FeedRow key={finding.id} finding={finding} now={now} selected={search.finding === finding.id} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
