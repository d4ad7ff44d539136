import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { foundCasesQuery } from "../api/found-cases.ts";
import { caseQuery } from "../api/queries.ts";
import type { CaseSummary } from "../api/shapes/cases.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatDate, parseTime } from "../lib/format.ts";
import { CASE_STATES, inLanguage, label } from "../lib/vocabulary.ts";
import { FoundChoices, OneSearchedField, type OneSearchedFieldProps } from "./OneSearchedField.tsx";
import { useSearch } from "./SearchedFieldset.tsx";
import { SubjectName } from "./SubjectName.tsx";

interface CaseFieldProps extends OneSearchedFieldProps {
  /** Kinds of cases that the field takes; any where there is none. */
  readonly kinds: readonly string[];
}

/** Another case. */
export function CaseField({ kinds, ...field }: CaseFieldProps) {
  const { t } = useTranslation("casework");
  const search = useSearch();
  const { value, onChange } = field;
  return (
    <OneSearchedField
      {...{ ...field, search }}
      placeholder={t("cases.hint")}
      chosen={value !== undefined && <ChosenCase id={value} />}
    >
      {search.isOpen && <FoundCases {...{ kinds, text: search.text, value, onChange }} />}
    </OneSearchedField>
  );
}

function ChosenCase({ id }: { readonly id: string }) {
  const { data } = useQuery({ ...caseQuery(id), staleTime: 300_000 });
  return data === undefined ? <span className="mono">{id}</span> : <CaseFacts found={data} />;
}

type FoundCasesProps = Pick<CaseFieldProps, "kinds" | "value" | "onChange"> & { readonly text: string };

function FoundCases({ kinds, text, ...choice }: FoundCasesProps) {
  const { t } = useTranslation("casework");
  const { data: items = [], error: failure, isPending } = useQuery(foundCasesQuery(kinds, text));
  return (
    <FoundChoices
      {...{ failure, isPending, ...choice }}
      items={items.map((found) => ({ id: found.id, facts: <CaseFacts found={found} /> }))}
      hint={text === "" ? t("cases.newest") : undefined}
      nothing={t("cases.nothing")}
    />
  );
}

/** What tells cases apart: title, vehicle, kind, state, day; the number last. */
function CaseFacts({ found }: { readonly found: CaseSummary }) {
  const language = useLanguage();
  const { id, title, kindTitle, state, stateTitle, openedAt, subject } = found;
  const opened = parseTime(openedAt);
  const facts = [
    kindTitle && inLanguage(kindTitle, language),
    stateTitle ? inLanguage(stateTitle, language) : label(CASE_STATES, state, language),
    opened === undefined ? undefined : formatDate(opened),
  ];
  return (
    <>
      {title ? inLanguage(title, language) : id} {subject && <SubjectName subject={subject} />}{" "}
      <span className="quiet">{facts.filter(Boolean).join(" · ")}</span> <small className="faint mono">{id}</small>
    </>
  );
}
