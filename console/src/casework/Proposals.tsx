import { useState } from "react";
import { useTranslation } from "react-i18next";
import { request } from "../api/client.ts";
import type { CaseProposal } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant } from "../lib/format.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import { DialogForm } from "../ui/DialogForm.tsx";
import { SideGroup } from "../ui/Panel.tsx";
import { ActorName } from "./ActorName.tsx";
import { ReasonsField } from "./ReasonsField.tsx";
import styles from "./casework.module.css";

interface ProposalsProps {
  readonly caseId: string;
  readonly version: number | undefined;
  readonly proposals: readonly CaseProposal[];
  onDone(): void;
}

/** What waits for a second person; confirming is the action itself, declining is here. */
export function Proposals({ caseId, version, proposals, onDone }: ProposalsProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const [chosen, setChosen] = useState<CaseProposal>();
  if (proposals.length === 0) return null;
  return (
    <SideGroup title={t("proposals")}>
      <ul className={styles.obligations}>
        {proposals.map((proposal) => (
          <li key={proposal.name} data-state="soon">
            <span className={styles.duty}>{inLanguage(proposal.title, language)}</span>
            <button type="button" className={styles.more} onClick={() => setChosen(proposal)}>
              {t("decline")}
            </button>
            <small className="faint">
              <ActorName actor={proposal.by} /> · {formatInstant(Date.parse(proposal.at))}
            </small>
          </li>
        ))}
      </ul>
      {chosen && (
        <DeclineDialog
          caseId={caseId}
          version={version}
          proposal={chosen}
          close={() => setChosen(undefined)}
          onDone={onDone}
        />
      )}
    </SideGroup>
  );
}

interface DeclineDialogProps extends Omit<ProposalsProps, "proposals"> {
  readonly proposal: CaseProposal;
  close(): void;
}

function DeclineDialog({ caseId, version, proposal, close, onDone }: DeclineDialogProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const [reasons, setReasons] = useState("");
  const send = async (): Promise<void> => {
    try {
      await request(`/cases/${caseId}/proposals/${proposal.name}/decline`, {
        method: "POST",
        body: { reasons, ...(version === undefined ? {} : { version }) },
      });
      close();
    } finally {
      onDone();
    }
  };
  const title = `${t("decline")}: ${inLanguage(proposal.title, language)}`;
  return (
    <DialogForm
      title={title}
      size="md"
      submitText={t("decline")}
      disabled={reasons.trim() === ""}
      close={close}
      submit={send}
    >
      <ReasonsField value={reasons} change={setReasons} />
    </DialogForm>
  );
}
