import { Checkbox, CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { foundCasesQuery } from "../api/found-cases.ts";
import { caseQuery } from "../api/queries.ts";
import type { CaseSummary } from "../api/shapes/cases.ts";
import { useErrorText } from "../i18n/use-error-text.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatDate, parseTime } from "../lib/format.ts";
import { CASE_STATES, inLanguage, label as labelOf } from "../lib/vocabulary.ts";
import { SearchedFieldset, useSearch } from "./SearchedFieldset.tsx";
import { SubjectName } from "./SubjectName.tsx";
import styles from "./casework.module.css";

interface CaseFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  /** Kinds of cases that the field takes; any where there is none. */
  readonly kinds: readonly string[];
  readonly value: string | undefined;
  onChange(id: string | undefined): void;
}

/** Another case, found by words or by its number under the rights of whoever asks, never typed by its id. */
export function CaseField({ label, withAsterisk, error, kinds, value, onChange }: CaseFieldProps) {
  const { t } = useTranslation("casework");
  const search = useSearch();
  return (
    <SearchedFieldset
      {...{ label, withAsterisk, error, search }}
      searchLabel={t("cases.search", { what: label })}
      placeholder={t("cases.hint")}
      chosen={
        value !== undefined && (
          <ul className={styles.chosen}>
            <li>
              <ChosenCase id={value} />
              <CloseButton size="xs" aria-label={t("cases.remove")} onClick={() => onChange(undefined)} />
            </li>
          </ul>
        )
      }
    >
      {search.isOpen && <FoundCases kinds={kinds} text={search.text} chosen={value} onChange={onChange} />}
    </SearchedFieldset>
  );
}

function ChosenCase({ id }: { readonly id: string }) {
  const { data } = useQuery({ ...caseQuery(id), staleTime: 300_000 });
  return data === undefined ? <span className="mono">{id}</span> : <CaseFacts found={data} />;
}

type FoundCasesProps = Pick<CaseFieldProps, "kinds" | "onChange"> & {
  readonly text: string;
  readonly chosen: string | undefined;
};

function FoundCases({ kinds, text, chosen, onChange }: FoundCasesProps) {
  const { t } = useTranslation("casework");
  const { data, error, isPending } = useQuery(foundCasesQuery(kinds, text));
  const refusal = useErrorText(error);
  return (
    <div className={styles.found}>
      {text === "" && <p className="quiet">{t("cases.newest")}</p>}
      <ul aria-busy={isPending}>
        {(data ?? []).map((found) => (
          <li key={found.id}>
            <Checkbox
              label={<CaseFacts found={found} />}
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
        (data ?? []).length === 0 && <p role="status">{isPending ? t("cases.searching") : t("cases.nothing")}</p>
      )}
    </div>
  );
}

/** What tells cases apart: title, vehicle, kind, state, day; the number last. */
function CaseFacts({ found }: { readonly found: CaseSummary }) {
  const language = useLanguage();
  const { id, title, kindTitle, state, stateTitle, openedAt, subject } = found;
  const opened = parseTime(openedAt);
  const facts = [
    kindTitle && inLanguage(kindTitle, language),
    stateTitle ? inLanguage(stateTitle, language) : labelOf(CASE_STATES, state, language),
    opened === undefined ? undefined : formatDate(opened),
  ];
  return (
    <>
      {title ? inLanguage(title, language) : id} {subject && <SubjectName subject={subject} />}{" "}
      <span className="quiet">{facts.filter(Boolean).join(" · ")}</span> <small className="faint mono">{id}</small>
    </>
  );
}
