import { sourceIn } from "@sandglass/casework";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { migrationQuery } from "../api/cases.ts";
import { request } from "../api/client.ts";
import type { CaseMigration } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import { CertaintyTag } from "../ui/CertaintyTag.tsx";
import { DialogForm } from "../ui/DialogForm.tsx";
import { Loading, Refused } from "../ui/Feedback.tsx";
import { SideGroup } from "../ui/Panel.tsx";
import { Tag } from "../ui/Tag.tsx";
import { Differences } from "./Differences.tsx";
import { ReasonsField } from "./ReasonsField.tsx";
import styles from "./casework.module.css";

interface MigrationsProps {
  readonly caseId: string;
  readonly definition: number | undefined;
  readonly version: number | undefined;
  readonly migrations: readonly CaseMigration[];
  onDone(): void;
}

/** Later versions of the procedure into which this reader may move the case; nothing where there is none. */
export function Migrations({ caseId, definition, version, migrations, onDone }: MigrationsProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const [chosen, setChosen] = useState<CaseMigration>();
  if (migrations.length === 0) return null;
  return (
    <SideGroup title={t("migrate.title")} aside={t("migrate.now", { version: definition ?? "–" })}>
      <ul className={styles.obligations}>
        {migrations.map((each) => (
          <li key={each.to}>
            <span className={styles.duty}>{inLanguage(each.title, language)}</span>
            <button type="button" className={styles.more} onClick={() => setChosen(each)}>
              {t("migrate.open", { to: each.to })}
            </button>
            <small className="faint">
              {sourceIn(each.basis, language)} <CertaintyTag basis={each.basis} />
            </small>
          </li>
        ))}
      </ul>
      {chosen && (
        <MigrationDialog
          caseId={caseId}
          version={version}
          migration={chosen}
          close={() => setChosen(undefined)}
          onDone={onDone}
        />
      )}
    </SideGroup>
  );
}

interface MigrationDialogProps {
  readonly caseId: string;
  readonly version: number | undefined;
  readonly migration: CaseMigration;
  close(): void;
  onDone(): void;
}

/** What changes for this case and in its procedure, reasons, and the move. */
function MigrationDialog({ caseId, version, migration, close, onDone }: MigrationDialogProps) {
  const { t } = useTranslation("casework");
  const language = useLanguage();
  const { to } = migration;
  const { data, error, refetch } = useQuery(migrationQuery(caseId, to, version));
  const [reasons, setReasons] = useState("");
  const move = async (): Promise<void> => {
    try {
      const body = { to, reasons: reasons.trim(), ...(version === undefined ? {} : { version }) };
      await request(`/cases/${caseId}/migrate`, { method: "POST", body });
      close();
    } finally {
      onDone();
    }
  };
  return (
    <DialogForm
      title={`${t("migrate.open", { to })} · ${inLanguage(migration.title, language)}`}
      consequences={[t("migrate.explicit"), t("migrate.noWayBack")]}
      submitText={t("migrate.submit", { to })}
      disabled={data === undefined || reasons.trim() === ""}
      close={close}
      submit={move}
    >
      {error ? (
        <Refused error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading />
      ) : (
        <>
          <h3>{t("migrate.ofCase")}</h3>
          {data.changes.length === 0 && <p className="quiet">{t("migrate.nothingOfCase")}</p>}
          <Differences differences={data.changes} definition={undefined} title={t("migrate.ofCase")} />
          <h3>{t("migrate.ofProcedure", { from: data.from, to: data.to })}</h3>
          {data.procedure.length === 0 && <p className="quiet">{t("migrate.nothingOfProcedure")}</p>}
          <ul>
            {data.procedure.map((each) => (
              <li key={`${each.part} ${each.code} ${each.how}`}>
                <Tag>{t(`migrate.how.${each.how}`)}</Tag> {t(`migrate.part.${each.part}`)}:{" "}
                {inLanguage(each.title, language)} <span className="faint mono">{each.code}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <ReasonsField value={reasons} change={setReasons} />
    </DialogForm>
  );
}
