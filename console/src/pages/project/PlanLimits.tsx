/** The limits of the plan: what each is, how it stands now, and the rule that enforces it, or why none can. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { containmentQuery } from "../../api/queries.ts";
import type { ContainmentRules, LimitMargin, ProjectDetail } from "../../api/shapes/projects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeLimits, limitName, withUnit } from "../../lib/limits.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { Tag } from "../../ui/Tag.tsx";
import { RecordTable } from "./RecordTable.tsx";
import styles from "./project.module.css";

type Rule = ContainmentRules["rules"][number];

export function PlanLimits({ project, margins }: { project: ProjectDetail; margins: readonly LimitMargin[] }) {
  const { t } = useTranslation("project");
  const language = useLanguage();
  const { data } = useQuery(containmentQuery(project.id));
  // The narrower limits of a restriction bind while it stands.
  const limits = project.state === "RESTRICTED" ? (project.restriction?.limits ?? project.limits) : project.limits;
  const lines = describeLimits(limits, language);
  return (
    <RecordTable
      title={t("containment.title")}
      hint={lines.length === 0 ? t("limits.none") : t("containment.hint")}
      heads={[t("containment.limit"), t("containment.value"), t("containment.state"), t("containment.rule")]}
      rows={lines.map((line) => {
        const rules = (data?.rules ?? []).filter((rule) => line.of.includes(rule.limit));
        const unenforced = (data?.unenforced ?? []).filter((each) => line.of.includes(each.limit));
        const own = margins.filter(({ limit }) => rules.some(({ trigger }) => trigger === limit));
        return {
          key: line.key,
          cells: [
            limitName(line.key, language),
            line.text,
            <Standing key="state" rules={rules} margins={own} isUnenforced={unenforced.length > 0} />,
            <span key="rule">
              {rules.map((rule) => (
                <details key={rule.versionHash} className={styles.rule}>
                  <summary title={`${rule.trigger} v${rule.version}`}>
                    {inLanguage(rule.title, language)}{" "}
                    <span className="quiet">{t(`containment.feeds.${rule.feed}`)}</span>
                  </summary>
                  <p className="quiet">{inLanguage(rule.sentence, language)}</p>
                </details>
              ))}
              {unenforced.map((each) => (
                <p key={each.value}>
                  {each.value}: <span className="quiet">{inLanguage(each.reason, language)}</span>
                </p>
              ))}
              {data !== undefined && rules.length + unenforced.length === 0 && (
                <span className="quiet">{t("containment.byPeople")}</span>
              )}
            </span>,
          ],
        };
      })}
    />
  );
}

/** Of all vehicles the worst: broken, undecided for some, kept; and the value that is nearest to the limit. */
function Standing({
  rules,
  margins,
  isUnenforced,
}: {
  rules: readonly Rule[];
  margins: readonly LimitMargin[];
  isUnenforced: boolean;
}) {
  const { t } = useTranslation("project");
  const language = useLanguage();
  const state = standingOf(rules, margins, isUnenforced);
  const tones = {
    firing: "bad",
    unenforced: "warn",
    waiting: "quiet",
    screened: "plain",
    unknown: "unknown",
    kept: "ok",
  } as const;
  const measured = margins.find(({ value, signal }) => value !== null && signal !== undefined);
  return (
    <span className={styles.standing}>
      {state !== undefined && <Tag tone={tones[state]}>{t(`containment.states.${state}`)}</Tag>}
      {measured !== undefined && (
        <span className="num">
          {t("containment.nearest", { value: withUnit(measured.value, measured.unit, language) })}
        </span>
      )}
      {measured?.vehicle && (
        <Link className="link" to="/vehicles/$vehicleId" params={{ vehicleId: measured.vehicle }} search={{}}>
          {t("limits.vehicle")}
        </Link>
      )}
    </span>
  );
}

/** Undefined for a limit that no rule is made from. */
function standingOf(rules: readonly Rule[], margins: readonly LimitMargin[], isUnenforced: boolean) {
  if (margins.some(({ firing }) => firing === true)) return "firing";
  if (isUnenforced) return "unenforced";
  if (rules.length === 0) return undefined;
  if (margins.length === 0) return rules.some(({ feed }) => feed === "screening") ? "screened" : "waiting";
  return margins.some(({ verdict }) => verdict === "U") ? "unknown" : "kept";
}
