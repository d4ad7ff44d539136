/** The rules that watch the vehicle as they stand now: what fires, what is near, and what cannot judge for want of data. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { vehicleTriggersQuery } from "../../api/queries.ts";
import type { TriggerState } from "../../api/shapes/findings.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeMargin } from "../../lib/finding.ts";
import { formatInstant, parseTime } from "../../lib/format.ts";
import { inLanguage } from "../../lib/vocabulary.ts";
import { ExportMenu } from "../../ui/ExportMenu.tsx";
import { Empty, Loading, Refused } from "../../ui/Feedback.tsx";
import { SeverityLabel } from "../../ui/Severity.tsx";
import { Tag, type TagTone } from "../../ui/Tag.tsx";
import page from "../../ui/page.module.css";

const STATES = ["firing", "pending", "unknown", "quiet"] as const;
type State = (typeof STATES)[number];
const TONES: Readonly<Record<State, TagTone>> = { firing: "bad", pending: "warn", unknown: "unknown", quiet: "quiet" };

function stateOf({ firing, pending, verdict }: TriggerState): State {
  if (firing) return "firing";
  if (pending) return "pending";
  return verdict === "U" ? "unknown" : "quiet";
}

/** What fires first, then what lacks data, then what is near. */
function rankOf(trigger: TriggerState): number {
  return trigger.firing ? 0 : trigger.data === "degraded" ? 1 : 2 + STATES.indexOf(stateOf(trigger));
}

export function RulesTab({ vehicleId }: { vehicleId: string }) {
  const { t } = useTranslation("vehicle");
  const language = useLanguage();
  const query = useQuery(vehicleTriggersQuery(vehicleId));
  if (query.error && !query.data) return <Refused error={query.error} retry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const rows = query.data.items.toSorted(
    (a, b) => rankOf(a) - rankOf(b) || (b.level ?? 0) - (a.level ?? 0) || a.trigger.localeCompare(b.trigger),
  );
  if (rows.length === 0) return <Empty title={t("rules.none")} />;
  const count = (pick: (trigger: TriggerState) => boolean): number => rows.filter(pick).length;
  return (
    <div className={page.body}>
      <div className={page.around}>
        <span>
          {t("rules.summary", {
            rules: rows.length,
            firing: count(({ firing }) => firing),
            degraded: count(({ data }) => data === "degraded"),
            unknown: count((trigger) => stateOf(trigger) === "unknown"),
          })}
        </span>
        <ExportMenu list={`/vehicles/${vehicleId}/triggers`} filter={{}} isSmall />
      </div>
      <div className={page.scroll}>
        <table className={page.table} aria-label={t("rules.table")}>
          <thead>
            <tr>
              <th scope="col">{t("rules.rule")}</th>
              <th scope="col">{t("rules.state")}</th>
              <th scope="col" title={t("rules.dataHint")}>
                {t("rules.data")}
              </th>
              <th scope="col">{t("rules.margin")}</th>
              <th scope="col">{t("rules.since")}</th>
              <th scope="col">{t("rules.project")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const state = stateOf(row);
              const onset = parseTime(row.onset);
              return (
                <tr key={`${row.project ?? ""} ${row.versionHash}`}>
                  <td>
                    <Link className="link" to="/rules" search={{ trigger: row.trigger }}>
                      {inLanguage(row.title, language)}
                    </Link>{" "}
                    <small className="faint">
                      {row.trigger} v{row.version}
                    </small>
                  </td>
                  <td>
                    <Tag tone={TONES[state]}>{t(`rules.states.${state}`)}</Tag>{" "}
                    {row.firing && row.level !== null && <SeverityLabel level={row.level} size={12} />}
                  </td>
                  <td>
                    {row.data === "degraded" ? (
                      <Tag tone="warn">{t("rules.degraded")}</Tag>
                    ) : row.verdict === "U" ? (
                      <Tag tone="unknown">{t("rules.unknown")}</Tag>
                    ) : (
                      <span className="faint">{t("rules.ok")}</span>
                    )}
                  </td>
                  <td className="num" title={row.margin?.normalised === true ? t("rules.scaled") : undefined}>
                    {describeMargin(row.margin, language) ?? ""}
                  </td>
                  <td className="num">{onset === undefined ? "" : formatInstant(onset)}</td>
                  <td>
                    {row.project !== null && (
                      <Link
                        className="link mono"
                        to="/projects/$projectId"
                        params={{ projectId: row.project }}
                        search={{}}
                      >
                        {row.project}
                      </Link>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}
