import { Link } from "@tanstack/react-router";
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { frameQuery } from "../../api/queries.ts";
import type { FindingDetail, Witness } from "../../api/shapes/findings.ts";
import { hasSubjectPage, kindOfSubject } from "../../api/subjects.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { describeValue, signalName } from "../../lib/finding.ts";
import { formatCommand, formatDuration, formatTime, parseTime } from "../../lib/format.ts";
import { excerptOf, findFieldOf } from "../../lib/frame-fields.ts";
import { COMMANDS, label, WITNESS_ROLES } from "../../lib/vocabulary.ts";
import { Empty } from "../../ui/Feedback.tsx";
import { Panel } from "../../ui/Panel.tsx";
import page from "../../ui/page.module.css";
import styles from "./finding.module.css";

const SHOWN = 12;

/** What made the condition true: frames of a vehicle, each with the bytes that carried the value; records of whatever else reports. */
export function WitnessTable({ finding }: { finding: FindingDetail }) {
  const { t } = useTranslation("finding");
  const language = useLanguage();
  const isVehicle = kindOfSubject(finding) === "vehicle";
  const about = isVehicle ? "ofVehicle" : "ofOther";
  const distinct = distinctOf(finding.witnesses);
  const witnesses = distinct.sort((a, b) => Date.parse(a.time) - Date.parse(b.time)).slice(0, SHOWN);
  const refs = [...new Set(witnesses.map((witness) => String(witness.ref)))];
  const frames = useQueries({ queries: refs.map((ref) => frameQuery(finding.vehicle, ref)) });
  const frameOf = (witness: Witness) => frames[refs.indexOf(String(witness.ref))]?.data;

  return (
    <Panel
      flush
      title={t(`${about}.witnesses`)}
      hint={t("witnessesHint")}
      aside={t("witnessCount", { count: distinct.length })}
    >
      {witnesses.length === 0 ? (
        <Empty title={t(`${about}.noWitnesses`)} next={t("noWitnessesNext")} />
      ) : (
        <div className={page.scroll}>
          <table className={`${page.table} ${styles.witnesses}`}>
            <thead>
              <tr>
                <th>{t(isVehicle ? "columns.collected" : "columns.time")}</th>
                {isVehicle && (
                  <>
                    <th>{t("columns.received")}</th>
                    <th>{t("columns.command")}</th>
                  </>
                )}
                <th>{t("columns.role")}</th>
                <th>{t("columns.signal")}</th>
                <th>{t("columns.value")}</th>
                {isVehicle && <th>{t("columns.bytes")}</th>}
                <th />
              </tr>
            </thead>
            <tbody>
              {witnesses.map((witness, index) => {
                const frame = frameOf(witness);
                const command = witness.command ?? frame?.command;
                const received = parseTime(witness.receivedAt ?? frame?.receivedAt);
                const time = Date.parse(witness.time);
                const field = frame ? findFieldOf(frame.fields, witness.signal) : undefined;
                const excerpt = frame && field !== undefined ? excerptOf(frame.hex, frame.fields[field]) : undefined;
                return (
                  <tr
                    key={`${witness.ref}-${witness.node}-${witness.role}-${index}`}
                    data-event={witness.role === "event" || undefined}
                  >
                    <td className="num">{formatTime(time)}</td>
                    {isVehicle && (
                      <>
                        <td className="num quiet">
                          {received === undefined ? "–" : `+${formatDuration(Math.max(0, received - time), language)}`}
                        </td>
                        <td>
                          {command === undefined || command === null
                            ? "–"
                            : `${formatCommand(command)} ${label(COMMANDS, command, language)}`}
                        </td>
                      </>
                    )}
                    <td>{label(WITNESS_ROLES, witness.role, language)}</td>
                    <td>{signalName(witness.signal, language)}</td>
                    <td>
                      <b>{describeValue(witness.signal, witness.value, language)}</b>
                    </td>
                    {isVehicle && (
                      <td className="mono">
                        {excerpt && (
                          <>
                            <span className="faint">
                              @{excerpt.offset.toString(16).toUpperCase().padStart(2, "0")}{" "}
                            </span>
                            {excerpt.before} <mark className={styles.bytes}>{excerpt.bytes}</mark> {excerpt.after}
                          </>
                        )}
                      </td>
                    )}
                    <td>
                      {hasSubjectPage(finding.vehicle) && (
                        <Link
                          className="link"
                          to="/vehicles/$vehicleId"
                          params={{ vehicleId: finding.vehicle }}
                          search={{
                            tab: isVehicle ? "frames" : "events",
                            frame: String(witness.ref),
                            at: time,
                            ...(field === undefined ? {} : { field }),
                          }}
                        >
                          {t(`${about}.open`)}
                        </Link>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** Two conditions over one signal have the same frames as witnesses: one line for each. */
function distinctOf(witnesses: readonly Witness[]): Witness[] {
  const byLine = new Map(witnesses.map((each) => [`${each.ref} ${each.signal} ${each.role} ${each.time}`, each]));
  return [...byLine.values()];
}
