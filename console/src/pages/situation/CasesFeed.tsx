import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { casesQuery } from "../../api/queries.ts";
import type { CaseSummary } from "../../api/shapes/cases.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatAge, formatInstant } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { CaseStateTag } from "../../ui/StateTags.tsx";
import { useNow } from "../../ui/use-now.ts";
import styles from "./feed.module.css";

/** Rows of the strip; the list of cases has the rest. */
const SHOWN = 30;

/** The open cases of who is shown no findings, newest first: their work comes as cases, not as alarms. */
export function CasesFeed() {
  const { t } = useTranslation("situation");
  const list = useInfiniteQuery(casesQuery({ open: true }));
  const now = useNow(60_000);
  const items = (list.data?.pages ?? []).flatMap((page) => page.items).slice(0, SHOWN);
  return (
    <section className={styles.feed} aria-label={t("cases.title")}>
      <header className={styles.head}>
        <h2>{t("cases.title")}</h2>
        <span className={styles.grow} />
        <Link to="/cases" search={{}} className="link">
          {t("cases.all")}
        </Link>
      </header>
      <div className={styles.list}>
        {list.error && !list.data ? (
          <Refused error={list.error} retry={() => void list.refetch()} />
        ) : !list.data ? (
          <Loading />
        ) : items.length === 0 ? (
          <Empty title={t("cases.empty")} next={t("cases.emptyNext")} />
        ) : (
          <ul>
            {items.map((item) => (
              <CaseRow key={item.id} item={item} now={now} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function CaseRow({ item, now }: { readonly item: CaseSummary; readonly now: number }) {
  const { t } = useTranslation("common");
  const language = useLanguage();
  const kind = item.kindTitle === undefined ? item.kind : inLanguage(item.kindTitle, language);
  const title = typeof item.title === "object" ? inLanguage(item.title, language) : item.title;
  const opened = Date.parse(item.openedAt ?? item.createdAt ?? "");
  return (
    <li>
      <Link to="/cases/$caseId" params={{ caseId: item.id }} search={{}} className={styles.row}>
        <span />
        <span className={styles.line}>
          <span className={styles.title}>
            <b>{title ?? kind}</b>
          </span>
          {Number.isFinite(opened) && (
            <time className={styles.age} dateTime={new Date(opened).toISOString()} title={formatInstant(opened)}>
              {t("ago", { age: formatAge(now - opened, language) })}
            </time>
          )}
        </span>
        <span className={styles.line}>
          <span className={styles.place}>{kind}</span>
          <span className={styles.value}>
            <CaseStateTag state={item.state} title={item.stateTitle} />
          </span>
        </span>
      </Link>
    </li>
  );
}
