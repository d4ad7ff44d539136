import { isSubjectKind } from "@sandglass/signals";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { FindingDetail } from "../../api/shapes/findings.ts";
import { kindOfSubject } from "../../api/subjects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatDuration, shortHash } from "../../lib/format.ts";
import { CASE_KINDS, CERTAINTY, inLanguage, label } from "../../lib/vocabulary.ts";
import { LedgerStates } from "../../ui/LedgerStates.tsx";
import { Facts, SideGroup } from "../../ui/Panel.tsx";
import { CaseStateTag } from "../../ui/StateTags.tsx";
import { FindingTimeline } from "./FindingTimeline.tsx";
import type { Evidence } from "./use-evidence.ts";
import type { OrderOfFinding } from "./use-orders.ts";
import page from "../../ui/page.module.css";
import styles from "./finding.module.css";

/** How good the evidence is, which rule it was, what follows from it, and its proof. */
export function FindingSide({
  finding,
  evidence,
  orders,
}: {
  finding: FindingDetail;
  evidence: Evidence;
  orders: readonly OrderOfFinding[];
}) {
  const { t } = useTranslation("finding");
  const language = useLanguage();
  const [main] = evidence.signals;
  const gapMs = (main?.gaps ?? []).reduce((sum, gap) => sum + gap.to - gap.from, 0);
  const quality = main?.quality;
  const margin = describeMargin(finding.margin, language);
  const kind = kindOfSubject(finding);
  const about = kind === "vehicle" ? "ofVehicle" : "ofOther";
  return (
    <aside className={page.side}>
      <SideGroup title={t("quality.title")}>
        <Facts
          facts={[
            {
              name: t("quality.samples"),
              value:
                quality && quality.samples > 0
                  ? t(`${about}.samplesValue`, {
                      count: quality.samples,
                      period: quality.periodMs === undefined ? "–" : formatDuration(quality.periodMs, language),
                    })
                  : undefined,
            },
            {
              name: t("quality.gaps"),
              value:
                quality && quality.samples > 0 ? (
                  gapMs === 0 ? (
                    t("quality.noGaps")
                  ) : (
                    <span className={styles.unknown}>{formatDuration(gapMs, language)}</span>
                  )
                ) : undefined,
            },
            {
              name: t("quality.reissued"),
              value: quality && quality.reissued > 0 ? t(`${about}.counted`, { count: quality.reissued }) : undefined,
            },
            {
              name: t("quality.invalid"),
              value:
                quality && quality.invalid > 0 ? (
                  <span className={styles.unknown}>{t(`${about}.counted`, { count: quality.invalid })}</span>
                ) : undefined,
            },
            {
              name: t("quality.onsetObserved"),
              value:
                finding.onsetObserved === undefined ? undefined : finding.onsetObserved ? (
                  t("quality.observed")
                ) : (
                  <span className={styles.unknown}>{t("quality.notObserved")}</span>
                ),
            },
            { name: t("marginName"), value: margin },
            {
              name: t("timeMargin"),
              value: !finding.timeMarginMs ? undefined : formatDuration(finding.timeMarginMs, language),
            },
          ]}
        />
      </SideGroup>
      <SideGroup title={t("rule.title")}>
        <Facts
          facts={[
            {
              name: t("rule.id"),
              value: (
                <Link className="link" to="/rules" search={{ trigger: finding.trigger }}>
                  {finding.trigger} · {t("rule.version", { version: finding.version })}
                </Link>
              ),
            },
            {
              name: t("rule.basis"),
              value: (language === "zh" ? finding.basisZh : undefined) ?? inLanguage(finding.basis, language),
            },
            {
              name: t("rule.certainty"),
              value: finding.certainty
                ? `${finding.certainty} · ${label(CERTAINTY, finding.certainty, language)}`
                : undefined,
            },
            {
              name: t("rule.effective"),
              value: finding.effectiveFrom ? finding.effectiveFrom.slice(0, 10) : undefined,
            },
            {
              name: t("rule.hash"),
              value: finding.versionHash ? (
                <span className="mono" title={finding.versionHash}>
                  {shortHash(finding.versionHash)}
                </span>
              ) : undefined,
            },
          ]}
        />
        {finding.condition !== undefined && (
          <details className={styles.condition}>
            <summary>{t("rule.text")}</summary>
            <pre tabIndex={0}>{language === "zh" ? (finding.conditionZh ?? finding.condition) : finding.condition}</pre>
          </details>
        )}
      </SideGroup>
      <SideGroup title={t("related.title")}>
        <ul className={styles.related}>
          {orders.map((item) => (
            <li key={item.id}>
              <Link className="link" to="/cases/$caseId" params={{ caseId: item.id }} search={{}}>
                {label(CASE_KINDS, item.kind, language)}
              </Link>
              <CaseStateTag state={item.state} />
            </li>
          ))}
          {finding.project && (
            <li>
              <Link className="link" to="/projects/$projectId" params={{ projectId: finding.project }} search={{}}>
                {t("related.project")}
              </Link>
            </li>
          )}
          {isSubjectKind(kind) && (
            <li>
              <Link className="link" to="/findings" search={{ vehicle: finding.vehicle }}>
                {t(`allOfSubject.${kind}`)}
              </Link>
            </li>
          )}
          <li>
            <Link className="link" to="/findings" search={{ trigger: finding.trigger }}>
              {t("related.sameRule")}
            </Link>
          </li>
        </ul>
      </SideGroup>
      <SideGroup title={t("proof")}>
        <LedgerStates ledger={finding.ledger} />
      </SideGroup>
      <SideGroup title={t("timeline.title")}>
        <FindingTimeline finding={finding} />
      </SideGroup>
    </aside>
  );
}
