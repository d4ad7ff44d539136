import { FileButton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addAttachment, attachmentsQuery, linkToAttachment } from "../api/documents.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatBytes, formatInstant, parseTime, shortHash } from "../lib/format.ts";
import { SideGroup } from "../ui/Panel.tsx";
import { Problem } from "../ui/Problem.tsx";
import { ActorName } from "./ActorName.tsx";
import styles from "./casework.module.css";

/** Files that people added to a case. They open on another origin, by a link that lives for a minute. */
export function Attachments({ caseId }: { caseId: string }) {
  const { t } = useTranslation("document");
  const language = useLanguage();
  const client = useQueryClient();
  const query = attachmentsQuery(caseId);
  const { data = [], isSuccess } = useQuery(query);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const errorText = useErrorText(error);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await work().catch(setError);
    setBusy(false);
  };
  const add = (file: File | null): Promise<void> =>
    attempt(async () => {
      if (file === null) return;
      await addAttachment(caseId, file);
      await client.invalidateQueries({ queryKey: query.queryKey });
    });
  const open = (id: string): Promise<void> =>
    attempt(async () => {
      const { url } = await linkToAttachment(id);
      globalThis.open(url, "_blank", "noopener,noreferrer");
    });
  return (
    <SideGroup
      title={t("attachments")}
      aside={
        <FileButton onChange={(file) => void add(file)} disabled={busy}>
          {(button) => (
            <button {...button} type="button" className={`link ${styles.plain}`} disabled={busy}>
              {t(busy ? "adding" : "add")}
            </button>
          )}
        </FileButton>
      }
    >
      {isSuccess && data.length === 0 && <p className={styles.none}>{t("noAttachments")}</p>}
      <ul className={styles.documents}>
        {data.map((each) => {
          const at = parseTime(each.at);
          return (
            <li key={each.id}>
              <button type="button" className={`link ${styles.plain}`} onClick={() => void open(each.id)}>
                {each.name}
              </button>
              <small className="faint num">
                {formatBytes(each.bytes, language)} · <ActorName actor={each.by} />
                {at === undefined ? "" : ` · ${formatInstant(at)}`}
                {each.scannedBy === null ? ` · ${t("unscanned")}` : ""}
                {" · "}
                <span className="mono" title={each.sha256}>
                  SHA-256 {shortHash(each.sha256)}
                </span>
              </small>
            </li>
          );
        })}
      </ul>
      <Problem text={error === undefined ? undefined : errorText} />
    </SideGroup>
  );
}
