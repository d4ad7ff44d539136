import { Checkbox, CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { foundRecordsQuery, type FoundRecord, type RecordRegister } from "../api/found-records.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant, parseTime } from "../lib/format.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import { SeverityLabel } from "../ui/Severity.tsx";
import styles from "./casework.module.css";
import { SearchedFieldset, useSearch } from "./SearchedFieldset.tsx";

interface RecordFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly register: RecordRegister;
  readonly value: string | undefined;
  onChange(id: string | undefined): void;
}

/** A finding or a complaint, found by words or by its number under the rights of whoever asks, never typed by its id. */
export function RecordField({ label, withAsterisk, error, register, value, onChange }: RecordFieldProps) {
  const { t } = useTranslation("casework");
  const search = useSearch();
  return (
    <SearchedFieldset
      {...{ label, withAsterisk, error, search }}
      searchLabel={t("cases.search", { what: label })}
      placeholder={t(`records.hint.${register}`)}
      chosen={
        value !== undefined && (
          <ul className={styles.chosen}>
            <li>
              <ChosenRecord register={register} id={value} />
              <CloseButton size="xs" aria-label={t("cases.remove")} onClick={() => onChange(undefined)} />
            </li>
          </ul>
        )
      }
    >
      {search.isOpen && <FoundRecords {...{ register, text: search.text, chosen: value, onChange }} />}
    </SearchedFieldset>
  );
}

function ChosenRecord({ register, id }: { readonly register: RecordRegister; readonly id: string }) {
  const { data } = useQuery({ ...foundRecordsQuery(register, id), staleTime: 300_000 });
  const found = data?.find((each) => each.id === id);
  return found === undefined ? <span className="mono">{id}</span> : <RecordFacts found={found} />;
}

type FoundRecordsProps = Pick<RecordFieldProps, "register" | "onChange"> & {
  readonly text: string;
  readonly chosen: string | undefined;
};

function FoundRecords({ register, text, chosen, onChange }: FoundRecordsProps) {
  const { t } = useTranslation("casework");
  const { data = [], error, isPending } = useQuery(foundRecordsQuery(register, text));
  const refusal = useErrorText(error);
  return (
    <div className={styles.found}>
      {text === "" && data.length > 0 && <p className="quiet">{t(`records.newest.${register}`)}</p>}
      <ul aria-busy={isPending}>
        {data.map((found) => (
          <li key={found.id}>
            <Checkbox
              label={<RecordFacts found={found} />}
              checked={found.id === chosen}
              onChange={(event) => onChange(event.currentTarget.checked ? found.id : undefined)}
            />
          </li>
        ))}
      </ul>
      {error ? (
        <p role="alert" className={styles.refused}>
          {refusal}
        </p>
      ) : (
        data.length === 0 && <p role="status">{t(isPending ? "cases.searching" : `records.nothing.${register}`)}</p>
      )}
    </div>
  );
}

/** What tells records apart: title, subject, level, moment; the number last. */
function RecordFacts({ found: { id, title, subject, level, at } }: { readonly found: FoundRecord }) {
  const language = useLanguage();
  const began = parseTime(at);
  return (
    <span>
      {inLanguage(title, language)} {subject !== undefined && <span className="mono">{subject}</span>}{" "}
      {level !== undefined && <SeverityLabel level={level} />}{" "}
      <span className="quiet num">{began === undefined ? "" : formatInstant(began)}</span>{" "}
      <small className="faint mono">{id}</small>
    </span>
  );
}
