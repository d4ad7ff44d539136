import { sourceIn } from "@sandglass/casework";
import { useTranslation } from "react-i18next";
import type { Obligation } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatDuration, formatInstant, parseTime } from "../lib/format.ts";
import { CERTAINTY, inLanguage, label, OBLIGATION_NAMES, OBLIGATION_STATUS, type Terms } from "../lib/vocabulary.ts";
import { SideGroup } from "../ui/Panel.tsx";
import { Tag } from "../ui/Tag.tsx";
import { useNow } from "../ui/use-now.ts";
import styles from "./casework.module.css";

const SOON_MS = 86_400_000;
const NOTHING: Terms = {};

/** Duties with their legal clocks: open ones first, the nearest on top. */
export function Obligations({
  obligations,
  subjects = NOTHING,
}: {
  readonly obligations: readonly Obligation[];
  /** What a duty is about, by its subject. */
  readonly subjects?: Terms;
}) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const now = useNow(1000);
  const isOpen = (item: Obligation): boolean =>
    item.status === undefined ? !item.doneAt : ["pending", "paused", "overdue"].includes(item.status);
  const dueOf = (item: Obligation): number | undefined => parseTime(item.due ?? item.dueAt);
  const sorted = [...obligations].sort(
    (a, b) => Number(isOpen(b)) - Number(isOpen(a)) || (dueOf(a) ?? Infinity) - (dueOf(b) ?? Infinity),
  );
  return (
    <SideGroup title={t("obligations")}>
      {sorted.length === 0 && <p className={styles.none}>{t("noObligations")}</p>}
      <ul className={styles.obligations}>
        {alike(sorted, subjects).map(({ item, count }, index) => {
          const due = dueOf(item);
          const open = isOpen(item);
          const left = due === undefined ? undefined : due - now;
          const state =
            open && left !== undefined && left < 0
              ? "overdue"
              : open && left !== undefined && left < SOON_MS
                ? "soon"
                : open
                  ? "open"
                  : "done";
          return (
            <li key={item.id ?? index} data-state={state}>
              <span className={styles.duty}>
                {item.title
                  ? inLanguage(item.title, language)
                  : label(OBLIGATION_NAMES, item.code ?? item.name ?? "", language)}
              </span>
              {open ? (
                <b className="num">
                  {left === undefined
                    ? label(OBLIGATION_STATUS, item.status ?? "paused", language)
                    : left < 0
                      ? t("overdueBy", { duration: formatDuration(left, language) })
                      : t("left", { duration: formatDuration(left, language) })}
                </b>
              ) : (
                <Tag tone="quiet">{label(OBLIGATION_STATUS, item.status ?? "met", language)}</Tag>
              )}
              {item.subject && Object.hasOwn(subjects, item.subject) && (
                <small>
                  {label(subjects, item.subject, language)}
                  {count > 1 && ` · ${t("alike", { count })}`}
                </small>
              )}
              {due !== undefined && (
                <small className="faint num">
                  {t("due", { time: formatInstant(due) })}
                  {item.certainty ? ` · ${label(CERTAINTY, item.certainty, language)}` : ""}
                </small>
              )}
              {item.basis && (
                <small className="faint">
                  {`${item.basis.requirement} ${sourceIn(item.basis, language)}`}
                  {item.from ? ` · ${t("countsFrom", { what: inLanguage(item.from, language) })}` : ""}
                </small>
              )}
              {(item.revisions ?? [])
                .filter((revision) => revision.dueAt !== item.dueAt)
                .map((revision) => (
                  <small key={revision.at} className="faint">
                    {t("formerly", {
                      time: revision.dueAt ? formatInstant(Date.parse(revision.dueAt)) : "–",
                      reason: inLanguage(revision.reason, language),
                    })}
                  </small>
                ))}
            </li>
          );
        })}
      </ul>
    </SideGroup>
  );
}

/** A rule that fires again and again opens the same duty each time: they stand once, the nearest, with their number. */
function alike(
  sorted: readonly Obligation[],
  subjects: Terms,
): readonly { readonly item: Obligation; readonly count: number }[] {
  const groups = new Map<string, { item: Obligation; count: number }>();
  sorted.forEach((item, index) => {
    const about = item.subject ? subjects[item.subject] : undefined;
    const key = about === undefined ? String(index) : `${item.code} ${item.status} ${about.en}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { item, count: 1 });
    else group.count += 1;
  });
  return [...groups.values()];
}
