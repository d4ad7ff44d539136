/** One command: what it asks, who decided, what the vehicle answered, and everything that happened, with its proof. */
import { sourceIn } from "@sandglass/casework";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { CommandPerson, VehicleCommandDetail } from "../api/shapes/commands.ts";
import { ActorName } from "../casework/ActorName.tsx";
import { useLanguage } from "../i18n/use-language.ts";
import {
  COMMAND_EVENTS,
  COMMAND_KINDS,
  CONTROL_NAMES,
  describeCommand,
  editionOf,
  parameterCode,
  parameterName,
  parameterValue,
  RESPONSE_FLAGS,
} from "../lib/commands.ts";
import { formatInstant, parseTime } from "../lib/format.ts";
import { CERTAINTY, inLanguage, label } from "../lib/vocabulary.ts";
import { Facts, SideGroup } from "../ui/Panel.tsx";
import { CommandDecision } from "./CommandDecision.tsx";
import { CommandStateTag } from "./CommandStateTag.tsx";
import { useParameterEdition } from "./use-parameter-edition.ts";
import styles from "./commands.module.css";

interface CommandDetailProps {
  readonly command: VehicleCommandDetail;
  /** Of the vehicle, while the command has not met its link. */
  readonly edition: string | number | null | undefined;
  onChanged(): void;
}

const GOOD = new Set(["approved", "answered"]);
const BAD = new Set(["rejected", "unreachable", "refused", "timed_out", "expired"]);

export function CommandDetail({ command, edition, onChanged }: CommandDetailProps) {
  const { t } = useTranslation(["command", "common"]);
  const language = useLanguage();
  const tables = useParameterEdition()(editionOf(command.edition ?? edition));
  const when = (text: string | null): string | undefined => {
    const ms = parseTime(text);
    return ms === undefined ? undefined : formatInstant(ms);
  };
  const who = (person: CommandPerson | null): ReactNode => (person === null ? undefined : <ActorName actor={person} />);
  const { request, answer } = command;
  return (
    <div className={styles.detail}>
      <SideGroup
        title={label(COMMAND_KINDS, command.kind, language)}
        aside={<span className="mono">{command.id}</span>}
      >
        <Facts
          facts={[
            { name: t("command:facts.state"), value: <CommandStateTag state={command.state} /> },
            { name: t("command:facts.asked"), value: who(command.requestedBy) },
            { name: t("command:facts.reason"), value: command.reason },
            { name: t("command:facts.decided"), value: who(command.decidedBy) },
            { name: t("command:decisionReason"), value: command.decisionReason },
            {
              name: t("command:facts.attempts"),
              value: t("command:facts.attemptsValue", {
                done: command.attempts,
                most: command.tries,
                seconds: command.retrySeconds,
              }),
            },
            { name: t("command:facts.next"), value: when(command.nextAttemptAt) },
            command.endedAt === null
              ? { name: t("command:facts.expires"), value: when(command.expiresAt) }
              : { name: t("command:facts.answeredAt"), value: when(command.endedAt) },
            { name: t("command:facts.edition"), value: command.edition },
            {
              name: t("command:facts.flag"),
              value: command.flag === null ? null : `${command.flag} ${label(RESPONSE_FLAGS, command.flag, language)}`,
            },
          ]}
        />
      </SideGroup>
      {(command.state === "awaiting_approval" || command.possibleActions.length > 0) && (
        <SideGroup title={t("command:decide")}>
          {command.approval !== null && command.state === "awaiting_approval" && (
            <p className={styles.note}>
              {inLanguage(command.approval.title, language)}。
              {t("command:basis", {
                source: sourceIn(command.approval, language),
                certainty: label(CERTAINTY, command.approval.certainty, language),
              })}
            </p>
          )}
          <CommandDecision key={command.id} command={command} onChanged={onChanged} />
        </SideGroup>
      )}
      <SideGroup title={t("command:asks")}>
        {request.kind === "control" ? (
          <>
            <p className={styles.lead}>{label(CONTROL_NAMES, request.control, language)}</p>
            {request.text !== undefined && (
              <>
                <Facts facts={[{ name: t("command:facts.level"), value: request.level }]} />
                <p className={styles.message}>{request.text}</p>
              </>
            )}
            {request.upgrade !== undefined && (
              <Facts
                facts={[
                  ...Object.entries(request.upgrade).map(([name, value]) => ({
                    name: t(`command:dialog.upgrade.${name as "url"}`),
                    value: String(value),
                  })),
                  {
                    name: t("command:dialog.upgrade.order"),
                    value: request.order && t(`command:dialog.upgrade.${request.order}`),
                  },
                ]}
              />
            )}
            {request.parameters !== undefined && (
              <p className={styles.hex}>
                {parameterCode(request.id ?? 0)} {request.parameters}
              </p>
            )}
          </>
        ) : request.kind === "set" ? (
          <table className={styles.values}>
            <tbody>
              {request.parameters.map((each) => (
                <tr key={each.id}>
                  <td>{parameterCode(each.id)}</td>
                  <td>{parameterName(each.id, tables, language)}</td>
                  <td>{parameterValue(each, tables, language)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ) : (
          <p className={styles.note}>{describeCommand(request, tables, language)}</p>
        )}
      </SideGroup>
      {answer !== null && (
        <SideGroup title={t("command:answer")} aside={answer.time ?? undefined}>
          {answer.problem !== null && <p className={styles.note}>{t("command:unreadable")}</p>}
          {answer.parameters !== null ? (
            <table className={styles.values}>
              <tbody>
                {answer.parameters.map((each, index) => (
                  <tr key={index}>
                    <td>{parameterCode(each.id)}</td>
                    <td>{parameterName(each.id, tables, language)}</td>
                    <td>{parameterValue(each, tables, language)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : (
            answer.problem === null && <p className={styles.note}>{t("command:noParameters")}</p>
          )}
          {answer.rest !== null && (
            <p className={styles.hex}>
              {t("command:rest")} {answer.rest}
            </p>
          )}
        </SideGroup>
      )}
      <SideGroup title={t("command:trail")}>
        <ol className={styles.trail}>
          {command.events.map((event) => (
            <li
              key={event.leaf}
              data-good={GOOD.has(event.kind) || undefined}
              data-bad={BAD.has(event.kind) || undefined}
            >
              <p>
                <b>{label(COMMAND_EVENTS, event.kind, language)}</b>
                {event.attempt !== null && <span>{t("command:attempt", { count: event.attempt })}</span>}
                <time className="quiet num" dateTime={event.at}>
                  {when(event.at)}
                </time>
              </p>
              <p className="quiet">
                <ActorName actor={event.actor} />{" "}
                <Link className="link" to="/ledger" search={{ leaf: event.leaf }}>
                  {t("common:details")}
                </Link>
              </p>
              {typeof event.detail.dataUnit === "string" && event.detail.dataUnit !== "" && (
                <p className={styles.hex}>{event.detail.dataUnit}</p>
              )}
            </li>
          ))}
        </ol>
      </SideGroup>
    </div>
  );
}
