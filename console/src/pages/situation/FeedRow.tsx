import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Finding } from "../../api/shapes/findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatAge, formatInstant } from "../../lib/format.ts";
import { regionName } from "../../lib/regions.ts";
import { inLanguage, label, LEVELS } from "../../lib/vocabulary.ts";
import { SeverityIcon } from "../../ui/Severity.tsx";
import { FindingStatusTag } from "../../ui/StateTags.tsx";
import styles from "./feed.module.css";
import { useMakerName } from "../../ui/use-organisation-name.ts";

interface FeedRowProps {
  readonly finding: Finding;
  readonly now: number;
  readonly selected: boolean;
}

export function FeedRow({ finding, now, selected }: FeedRowProps) {
  const { t } = useTranslation(["situation", "common"]);
  const language = useLanguage();
  const makerName = useMakerName();
  const onset = Date.parse(finding.onset);
  const margin = describeMargin(finding.margin, language);
  const place = [makerName(finding.maker), regionName(finding.region, language)].filter(Boolean).join(" · ");
  return (
    <li>
      <Link
        to="/findings/$findingId"
        params={{ findingId: finding.id }}
        search={{}}
        className={styles.row}
        data-level={finding.level}
        data-firing={finding.status === "firing" || undefined}
        data-selected={selected || undefined}
      >
        <SeverityIcon level={finding.level} size={15} title={label(LEVELS, finding.level, language)} />
        <span className={styles.line}>
          <span className={styles.title}>
            <b>{inLanguage(finding.title, language)}</b>
          </span>
          <time className={styles.age} dateTime={finding.onset} title={formatInstant(onset)}>
            {t("common:ago", { age: formatAge(now - onset, language) })}
          </time>
        </span>
        <span className={styles.line}>
          <span className={styles.place} title={place}>
            <span className="mono">{finding.vin ?? finding.vehicle}</span>
            {finding.maker ? ` ${makerName(finding.maker)}` : ""}
          </span>
          <span className={styles.value}>
            {margin !== undefined && (
              <>
                {t("situation:feed.margin")} <b>{margin}</b>
              </>
            )}
            <FindingStatusTag status={finding.status} />
          </span>
        </span>
      </Link>
    </li>
  );
}
