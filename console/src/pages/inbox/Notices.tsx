import { Button, Checkbox, Group } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import type { BulkSelection } from "../../api/bulk.ts";
import { inboxQuery, markRead, type InboxItem } from "../../api/notifications.ts";
import { BulkDialog } from "../../bulk/BulkDialog.tsx";
import { SelectionBar } from "../../bulk/SelectionBar.tsx";
import { useTicks, type TickedRows } from "../../bulk/use-ticks.ts";
import { CaseLink } from "../../casework/CaseLink.tsx";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatWhen } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { Tag } from "../../ui/Tag.tsx";
import styles from "./inbox.module.css";

/** Notices, newest first. Ticked ones are marked as read, or an action is taken on all of their cases. */
export function Notices({ unread }: { unread: boolean }) {
  const { t } = useTranslation(["inbox", "bulk"]);
  const client = useQueryClient();
  const query = useInfiniteQuery(inboxQuery(unread));
  const items = useMemo(() => (query.data?.pages ?? []).flatMap((part) => part.items), [query.data]);
  const ticked = useTicks(useMemo(() => items.map(({ id }) => id), [items]));
  const [selection, setSelection] = useState<BulkSelection>();
  const read = async (what: Parameters<typeof markRead>[0]): Promise<void> => {
    await markRead(what);
    await client.invalidateQueries({ queryKey: ["notifications"] });
  };
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const [newest] = items;
  if (newest === undefined) return <Empty title={t("inbox:empty")} next={t("inbox:emptyNext")} />;
  const { keys } = ticked;
  const cases = [...new Set(items.filter(({ id }) => keys.includes(id)).map((item) => item.case.id))];
  return (
    <>
      {keys.length === 0 ? (
        <Group gap="xs">
          <Button className={styles.readAll} onClick={() => void read({ upTo: newest.id })}>
            {t("inbox:readAll")}
          </Button>
          <ExportMenu list="/notifications" filter={{ unread: unread || undefined }} />
        </Group>
      ) : (
        <SelectionBar
          label={t("inbox:selection")}
          text={t("bulk:selected", { count: keys.length })}
          clear={ticked.clear}
        >
          <Button onClick={() => void read({ ids: keys }).then(ticked.clear)}>{t("inbox:markRead")}</Button>
          <Button variant="filled" onClick={() => setSelection({ cases })}>
            {t("inbox:actOnCases", { count: cases.length })}
          </Button>
        </SelectionBar>
      )}
      {selection && <BulkDialog selection={selection} count={cases.length} close={() => setSelection(undefined)} />}
      <ul className={styles.list}>
        {items.map((item) => (
          <Notice key={item.id} item={item} ticks={ticked.ticks} onOpen={() => void read({ ids: [item.id] })} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("inbox:more")}
        </Button>
      )}
    </>
  );
}

interface NoticeProps {
  readonly item: InboxItem;
  readonly ticks: TickedRows["ticks"];
  onOpen(): void;
}

function Notice({ item, ticks, onOpen }: NoticeProps) {
  const { t } = useTranslation(["inbox", "bulk"]);
  const language = useLanguage();
  const title = inLanguage(item.case.title, language);
  const isLate = item.kind === "overdue" || item.kind === "escalation";
  return (
    <li data-unread={item.readAt === null || undefined}>
      <Checkbox
        size="xs"
        aria-label={`${t("bulk:select")}: ${title}`}
        checked={ticks.has(item.id)}
        onClick={(event: MouseEvent) => ticks.toggle(item.id, event.shiftKey)}
        onChange={() => undefined}
      />
      <time dateTime={item.at} className="num faint">
        {formatWhen(item.at, "")}
      </time>
      <Tag tone={isLate ? "bad" : item.urgent ? "warn" : "plain"}>{t(`inbox:kinds.${item.kind}`)}</Tag>
      <span className={styles.words}>
        <b>{inLanguage(item.text, language)}</b>
        <CaseLink id={item.case.id} onClick={onOpen}>
          {title}
        </CaseLink>
      </span>
      {item.readAt === null ? (
        <button type="button" className={styles.mark} onClick={onOpen}>
          {t("inbox:markRead")}
        </button>
      ) : (
        <span className="faint">{t("inbox:isRead")}</span>
      )}
    </li>
  );
}
