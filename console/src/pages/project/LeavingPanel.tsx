import { rowsOf, type Json } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { caseDefinitionQuery, type CaseDefinition } from "../../api/cases.ts";
import { documentsOfCaseQuery } from "../../api/documents.ts";
import type { ActionRecord } from "../../api/shapes/cases.ts";
import type { ProjectDetail } from "../../api/shapes/projects.ts";
import { ActorName } from "../../casework/ActorName.tsx";
import { DocumentFiles } from "../../casework/DocumentFiles.tsx";
import { useNameOf } from "../../casework/registers.ts";
import { useLanguage } from "../../i18n/use-language.ts";
import { ACTION_NAMES, inLanguage, label, PROJECT_STATES } from "../../lib/vocabulary.ts";
import { LedgerStates } from "../../ui/LedgerStates.tsx";
import page from "../../ui/page.module.css";
import { Panel } from "../../ui/Panel.tsx";
import styles from "./project.module.css";
import { at } from "./words.ts";

/** What of the documents of a project belongs to its end. */
const OF_THE_END: ReadonlySet<string> = new Set(["writtenProof", "exitReport", "terminationDecision"]);

/** How the project ended, by whom and why, with the final report before it; nothing while neither is there. */
export function LeavingPanel({ project }: { project: ProjectDetail }) {
  const { t } = useTranslation("review");
  const { data: definition } = useQuery(caseDefinitionQuery("sandbox-project", project.definition));
  const { report, decision, proposal } = project.leaving ?? {};
  return (
    <>
      {decision && (
        <RecordedAction title={t("ended")} record={decision} definition={definition} proposal={proposal}>
          <EndDocuments caseId={project.id} />
        </RecordedAction>
      )}
      {report && <RecordedAction title={t("finalReport")} record={report} definition={definition} />}
    </>
  );
}

interface RecordedActionProps {
  readonly title: string;
  readonly record: ActionRecord;
  readonly definition: CaseDefinition | undefined;
  /** The first half, where two persons took it. */
  readonly proposal?: ActionRecord | null | undefined;
  readonly children?: ReactNode;
}

function RecordedAction({ title, record, definition, proposal, children }: RecordedActionProps) {
  const { t } = useTranslation("review");
  const language = useLanguage();
  const nameOf = useNameOf();
  const fields = definition?.actions.find(({ name }) => name === record.name)?.input.properties;
  const entered = { ...proposal?.input, ...record.input };
  const rows = fields === undefined ? [] : rowsOf(fields, entered as Json, nameOf);
  return (
    <Panel
      flush
      title={title}
      hint={record.title ? inLanguage(record.title, language) : label(ACTION_NAMES, record.name, language)}
    >
      <div className={page.scroll}>
        <table className={page.table}>
          <tbody>
            {record.to && record.to !== record.from && (
              <Row name={t("leadsTo")}>{label(PROJECT_STATES, record.to, language)}</Row>
            )}
            {proposal && (
              <Row name={t("proposedBy")}>
                <Signature record={proposal} />
              </Row>
            )}
            <Row name={t(proposal ? "confirmedBy" : "by")}>
              <Signature record={record} />
            </Row>
            {rows.map((row) => (
              <Row key={row.label.en} name={inLanguage(row.label, language)}>
                <span className={styles.written}>{inLanguage(row.value, language)}</span>
              </Row>
            ))}
            {children}
            <Row name={t("proof")}>{record.leaf && <LedgerStates ledger={record.leaf} inline />}</Row>
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <tr>
      <th scope="row" className={styles.writtenLabel}>
        {name}
      </th>
      <td className={styles.cell}>{children}</td>
    </tr>
  );
}

function Signature({ record }: { readonly record: ActionRecord }) {
  return (
    <>
      {typeof record.actor === "string" ? record.actor : <ActorName actor={record.actor} />}{" "}
      <span className="num faint">{at(record.at)}</span>
    </>
  );
}

/** The documents of the end: both languages, and the page on which anybody checks them. */
function EndDocuments({ caseId }: { readonly caseId: string }) {
  const { t } = useTranslation("review");
  const language = useLanguage();
  const { data = [] } = useQuery(documentsOfCaseQuery(caseId));
  const documents = data.filter(({ code }) => OF_THE_END.has(code));
  if (documents.length === 0) return null;
  return (
    <Row name={t("endDocuments")}>
      {documents.map((each) => (
        <div key={each.id}>
          {inLanguage(each.title, language)} <span className="mono faint">{each.number}</span>{" "}
          <DocumentFiles id={each.id} title={each.title} />
        </div>
      ))}
    </Row>
  );
}
