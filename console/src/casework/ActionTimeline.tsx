import { Link } from "@tanstack/react-router";
import { IconBolt, IconClock, IconUser } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CaseDefinition } from "../api/cases.ts";
import type { ActionRecord, CaseDetail } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant, parseTime } from "../lib/format.ts";
import { ACTION_NAMES, inLanguage, label, type Terms } from "../lib/vocabulary.ts";
import { ExportMenu } from "../ui/ExportMenu.tsx";
import { Empty } from "../ui/Feedback.tsx";
import { LedgerStates } from "../ui/LedgerStates.tsx";
import { Panel } from "../ui/Panel.tsx";
import { Tag } from "../ui/Tag.tsx";
import { ActorName } from "./ActorName.tsx";
import { Entered } from "./Entered.tsx";
import { purposeName } from "./PurposeField.tsx";
import { readRecord } from "./record.ts";
import { useNameOf } from "./registers.ts";
import styles from "./casework.module.css";

/** More equal entries than this in a row are folded. */
const FOLD_FROM = 3;

function idOf(record: ActionRecord): string | undefined {
  return typeof record.actor === "string" ? record.actor : record.actor.id;
}

interface ActionTimelineProps {
  readonly caseId: string;
  readonly records: readonly ActionRecord[];
  readonly states: Terms;
  /** The procedure of the case: with it, what was entered is shown too. */
  readonly definition?: CaseDefinition | undefined;
  /** Names of the vehicles, services and cases that were entered, by id. */
  readonly names?: CaseDetail["names"];
}

/** Everything that was done, newest first: who or what did it, why, on which finding, and its proof. */
export function ActionTimeline({ caseId, records, states, definition, names }: ActionTimelineProps) {
  const { t } = useTranslation(["casework", "common"]);
  const language = useLanguage();
  const nameOf = useNameOf(names);
  // Until the procedure has come there may be no name of a state yet, and its code is nothing to read.
  const isNamed = (state: string): boolean => definition !== undefined || Object.hasOwn(states, state);
  const fieldsOf = (name: string) => definition?.actions.find((each) => each.name === name)?.input.properties;
  const sorted = records
    .map((record, index) => ({ record, index }))
    .sort((a, b) => Date.parse(b.record.at) - Date.parse(a.record.at) || b.index - a.index);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  // The same thing done many times in a row (a rule acting on each vehicle) folds into its newest entry.
  const shown: { record: ActionRecord; index: number; repeats: number }[] = [];
  for (let at = 0; at < sorted.length;) {
    let end = at + 1;
    while (
      end < sorted.length &&
      sorted[end].record.name === sorted[at].record.name &&
      idOf(sorted[end].record) === idOf(sorted[at].record)
    )
      end++;
    const folded = end - at > FOLD_FROM && !open.has(sorted[at].index);
    shown.push(
      ...sorted
        .slice(at, folded ? at + 1 : end)
        .map((entry, place) => ({ ...entry, repeats: folded && place === 0 ? end - at - 1 : 0 })),
    );
    at = end;
  }
  return (
    <Panel
      flush
      title={t("casework:timeline")}
      hint={t("common:items", { count: records.length })}
      aside={<ExportMenu list={`/cases/${caseId}/actions`} filter={{}} isSmall />}
    >
      {sorted.length === 0 && <Empty title={t("casework:noActions")} />}
      <ol className={styles.timeline}>
        {shown.map(({ record, index, repeats }) => {
          const form = fieldsOf(record.name);
          const view = readRecord(record, language, form);
          const Icon = view.byTrigger ? IconBolt : view.byClock ? IconClock : IconUser;
          const time = parseTime(record.at);
          const fields = view.byTrigger || view.byClock ? undefined : form;
          return (
            <li key={record.id ?? index} data-trigger={view.byTrigger || undefined}>
              <time dateTime={record.at} className="num faint">
                {time === undefined ? record.at : formatInstant(time)}
              </time>
              <Icon size={15} stroke={1.5} aria-hidden />
              <div>
                <p>
                  {record.proposed && <Tag tone="warn">{t("casework:proposed")}</Tag>}
                  <b>
                    {record.title ? inLanguage(record.title, language) : label(ACTION_NAMES, record.name, language)}
                  </b>
                  {view.to !== undefined && view.to !== record.from && isNamed(view.to) && (
                    <span className={styles.to}>→ {label(states, view.to, language)}</span>
                  )}
                  <span className="quiet">
                    <ActorName actor={view.actor} />
                  </span>
                </p>
                {view.reason !== undefined && <p className="quiet">{view.reason}</p>}
                {fields && <Entered fields={fields} input={record.input ?? {}} nameOf={nameOf} said={view.reason} />}
                {record.purpose && (
                  <p className="faint">
                    {t("common:purpose.label")}: {purposeName(record.purpose, language)}
                  </p>
                )}
                <div className={styles.refs}>
                  {view.finding !== undefined && (
                    <Link className="link" to="/findings/$findingId" params={{ findingId: view.finding }} search={{}}>
                      {t("casework:openFinding")}
                    </Link>
                  )}
                  {view.leaf !== undefined && <LedgerStates ledger={view.leaf} inline />}
                  {repeats > 0 && (
                    <button
                      type="button"
                      className={styles.more}
                      onClick={() => setOpen((value) => new Set([...value, index]))}
                    >
                      {t("casework:repeats", { count: repeats })}
                    </button>
                  )}
                </div>
              </div>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
