import { Button, CloseButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { programmeQuery } from "../api/programmes.ts";
import type { SubjectKind } from "../api/subjects.ts";
import { VehicleName } from "../ui/VehicleName.tsx";
import styles from "./casework.module.css";
import { FoundSubjects, OwnSubjects } from "./FoundSubjects.tsx";
import { ProgrammeOfForms } from "./registers.ts";
import { SearchedFieldset, useSearch } from "./SearchedFieldset.tsx";

/** Vehicles and services that the case of a page has already: the nearest at hand for its forms. */
export const SubjectsOfForms = createContext<readonly string[]>([]);

/** So many are named at first; each name is a reading of the registry. */
const NAMED = 20;
const NAMED_AT_MOST = 200;

interface SubjectsFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  /** `vehicle`, or `subject` where services count too. */
  readonly register: string;
  readonly value: readonly string[];
  readonly maximum: number;
  onChange(ids: readonly string[]): void;
}

/** Vehicles and services, found in the registry under the rights of whoever asks, never typed by their ids. */
export function SubjectsField({ label, withAsterisk, error, register, value, maximum, onChange }: SubjectsFieldProps) {
  const { t } = useTranslation("casework");
  const kinds = useKinds(register);
  const own = useContext(SubjectsOfForms).filter((id) => register !== "vehicle" || id.startsWith("veh_"));
  const [all, setAll] = useState(false);
  const search = useSearch();
  const { text, isOpen } = search;
  const chosen = new Set(value);
  const named = value.slice(0, all ? NAMED_AT_MOST : NAMED);
  const change = (ids: readonly string[], isIn: boolean): void => {
    const picked = new Set(ids);
    const rest = maximum === 1 && isIn ? [] : value.filter((id) => !picked.has(id));
    onChange((isIn ? [...rest, ...ids] : rest).slice(0, maximum));
  };
  return (
    <SearchedFieldset
      {...{ label, withAsterisk, error, search }}
      aside={value.length > 0 && maximum > 1 ? t("subjects.chosen", { count: value.length }) : undefined}
      searchLabel={t("subjects.search", { what: label })}
      placeholder={t(kinds.includes("vehicle") ? "subjects.hint" : "subjects.hintServices")}
      chosen={
        value.length > 0 && (
          <ul className={styles.chosen}>
            {named.map((id) => (
              <li key={id}>
                <VehicleName id={id} />
                <CloseButton size="xs" aria-label={t("subjects.remove")} onClick={() => change([id], false)} />
              </li>
            ))}
            {value.length > named.length && (
              <li data-plain>
                {all ? (
                  t("subjects.unnamed", { count: value.length - named.length })
                ) : (
                  <button type="button" className={styles.more} onClick={() => setAll(true)}>
                    {t("subjects.others", { count: value.length - named.length })}
                  </button>
                )}
              </li>
            )}
            {maximum > 1 && (
              <li data-plain>
                <Button size="compact-xs" variant="subtle" onClick={() => onChange([])}>
                  {t("subjects.clear")}
                </Button>
              </li>
            )}
          </ul>
        )
      }
    >
      {isOpen && text === "" && own.length > 0 && <OwnSubjects ids={own} {...{ chosen, maximum, change }} />}
      {isOpen &&
        (text !== "" || own.length === 0) &&
        kinds.map((kind) => <FoundSubjects key={kind} {...{ kind, text, chosen, maximum, change }} />)}
    </SearchedFieldset>
  );
}

/** What the programme of the page admits; both where that is open. */
function useKinds(register: string): readonly SubjectKind[] {
  const programme = useContext(ProgrammeOfForms);
  const { data } = useQuery({
    ...programmeQuery(programme?.id ?? "", programme?.version),
    enabled: programme !== undefined && register !== "vehicle",
  });
  const admitted = register === "vehicle" ? "vehicles" : data?.programme.subjects;
  if (admitted === "vehicles") return ["vehicle"];
  return admitted === "services" ? ["service"] : ["vehicle", "service"];
}
