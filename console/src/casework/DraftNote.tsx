import { useTranslation } from "react-i18next";
import { formatInstant } from "../lib/format.ts";
import styles from "./casework.module.css";
import type { DraftOfForm } from "./use-draft.ts";

/** When what is typed was kept, or that it could not be; and the way back to an empty form. */
export function DraftNote({ draft }: { draft: DraftOfForm }) {
  const { t } = useTranslation("casework");
  if (draft.failed) return <p className="faint">{t("draftFailed")}</p>;
  if (draft.savedAt === undefined) return null;
  return (
    <p className="faint" role="status">
      {t(draft.restored ? "draftRestored" : "draftSaved", { time: formatInstant(draft.savedAt) })}{" "}
      <button type="button" className={styles.more} onClick={() => void draft.discard()}>
        {t("draftDiscard")}
      </button>
    </p>
  );
}
