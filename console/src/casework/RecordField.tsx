import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { foundRecordsQuery, type FoundRecord, type RecordRegister } from "../api/found-records.ts";
import { useLanguage } from "../i18n/use-language.ts";
import { formatInstant, parseTime } from "../lib/format.ts";
import { inLanguage } from "../lib/vocabulary.ts";
import { SeverityLabel } from "../ui/Severity.tsx";
import { FoundChoices, OneSearchedField, type OneSearchedFieldProps } from "./OneSearchedField.tsx";
import { useSearch } from "./SearchedFieldset.tsx";

interface RecordFieldProps extends OneSearchedFieldProps {
  readonly register: RecordRegister;
}

/** A finding or a complaint. */
export function RecordField({ register, ...field }: RecordFieldProps) {
  const { t } = useTranslation("casework");
  const search = useSearch();
  const { value, onChange } = field;
  return (
    <OneSearchedField
      {...{ ...field, search }}
      placeholder={t(`records.hint.${register}`)}
      chosen={value !== undefined && <ChosenRecord register={register} id={value} />}
    >
      {search.isOpen && <FoundRecords {...{ register, text: search.text, value, onChange }} />}
    </OneSearchedField>
  );
}

function ChosenRecord({ register, id }: { readonly register: RecordRegister; readonly id: string }) {
  const { data } = useQuery({ ...foundRecordsQuery(register, id), staleTime: 300_000 });
  const found = data?.find((each) => each.id === id);
  return found === undefined ? <span className="mono">{id}</span> : <RecordFacts found={found} />;
}

type FoundRecordsProps = Pick<RecordFieldProps, "register" | "value" | "onChange"> & { readonly text: string };

function FoundRecords({ register, text, ...choice }: FoundRecordsProps) {
  const { t } = useTranslation("casework");
  const { data: items = [], error: failure, isPending } = useQuery(foundRecordsQuery(register, text));
  return (
    <FoundChoices
      {...{ failure, isPending, ...choice }}
      items={items.map((found) => ({ id: found.id, facts: <RecordFacts found={found} /> }))}
      hint={text === "" && items.length > 0 ? t(`records.newest.${register}`) : undefined}
      nothing={t(`records.nothing.${register}`)}
    />
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
