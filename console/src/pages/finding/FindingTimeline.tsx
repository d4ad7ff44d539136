import { useTranslation } from "react-i18next";
import type { FindingDetail, FindingEvent } from "../../api/shapes/findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { formatInstant, formatTime, parseTime } from "../../lib/format.ts";
import { FINDING_EVENTS, inLanguage, label, LEVELS } from "../../lib/vocabulary.ts";
import styles from "./finding.module.css";

type Level = NonNullable<FindingEvent["levels"]>[number];

/** What happened to the finding, and what late data made of the times of its levels. */
export function FindingTimeline({ finding }: { finding: FindingDetail }) {
  const { t } = useTranslation("finding");
  const language = useLanguage();
  const moved = ({ level, at, before }: Level): string => {
    const names = {
      level: label(LEVELS, level, language),
      at: at === null ? "" : formatTime(Date.parse(at)),
      before: before === null ? "" : formatTime(Date.parse(before)),
    };
    if (at === null) return t("timeline.levelGone", names);
    return before === null ? t("timeline.levelNew", names) : t("timeline.levelMoved", names);
  };
  const textOf = (event: FindingEvent): string => {
    if (event.text) return inLanguage(event.text, language);
    const name = label(FINDING_EVENTS, event.kind, language);
    return event.level ? `${name} · ${label(LEVELS, event.level, language)}` : name;
  };
  const events: readonly FindingEvent[] =
    finding.events && finding.events.length > 0
      ? finding.events
      : [
          { kind: "onset", at: finding.onset, level: finding.level },
          ...(finding.clearedAt ? [{ kind: "cleared", at: finding.clearedAt }] : []),
        ];
  const entries = [
    ...(finding.conditionSince ? [{ at: finding.conditionSince, text: t("timeline.since"), more: [] }] : []),
    ...events.map((event) => ({
      at: event.at,
      text: textOf(event),
      more: [
        ...(event.levels ?? []).filter(({ at, before }) => at !== before).map(moved),
        ...(event.knownFrom ? [t("timeline.knownFrom", { time: formatInstant(Date.parse(event.knownFrom)) })] : []),
      ],
    })),
  ];
  return (
    <ol className={styles.timeline}>
      {entries.map(({ at, text, more }, index) => (
        <li key={index}>
          <time dateTime={at} title={formatInstant(parseTime(at) ?? 0)} className="num faint">
            {formatTime(parseTime(at) ?? 0)}
          </time>
          <span>
            {text}
            {more.map((line) => (
              <span key={line} className={styles.amendment}>
                {line}
              </span>
            ))}
          </span>
        </li>
      ))}
    </ol>
  );
}
