import { Button, CloseButton, Fieldset, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { programmeQuery } from "../api/programmes.ts";
import type { SubjectKind } from "../api/subjects.ts";
import { VehicleName } from "../ui/VehicleName.tsx";
import styles from "./casework.module.css";
import { FoundSubjects, OwnSubjects } from "./FoundSubjects.tsx";
import { ProgrammeOfForms } from "./registers.ts";

/** Vehicles and services that the case of a page has already: the nearest at hand for its forms. */
export const SubjectsOfForms = createContext<readonly string[]>([]);

/** So many are named at first; each name is a reading of the registry. */
const NAMED = 20;
const NAMED_AT_MOST = 200;
const PAUSE_MS = 300;

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
  const [isOpen, setIsOpen] = useState(false);
  const [all, setAll] = useState(false);
  const [typed, setTyped] = useState("");
  const [text] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const chosen = new Set(value);
  const named = value.slice(0, all ? NAMED_AT_MOST : NAMED);
  const change = (ids: readonly string[], isIn: boolean): void => {
    const picked = new Set(ids);
    const rest = maximum === 1 && isIn ? [] : value.filter((id) => !picked.has(id));
    onChange((isIn ? [...rest, ...ids] : rest).slice(0, maximum));
  };
  return (
    <Fieldset
      legend={
        <>
          {label}
          {withAsterisk && <span className={styles.refused}> *</span>}
          {value.length > 0 && maximum > 1 && <> · {t("subjects.chosen", { count: value.length })}</>}
        </>
      }
      className={styles.fieldset}
    >
      {error !== undefined && <p className={styles.refused}>{error}</p>}
      {value.length > 0 && (
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
      )}
      <TextInput
        value={typed}
        maxLength={100}
        aria-label={t("subjects.search", { what: label })}
        placeholder={t(kinds.includes("vehicle") ? "subjects.hint" : "subjects.hintServices")}
        leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
        onFocus={() => setIsOpen(true)}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter searches; it must not send the form around it.
          if (event.key === "Enter") event.preventDefault();
        }}
      />
      {isOpen && text === "" && own.length > 0 && <OwnSubjects ids={own} {...{ chosen, maximum, change }} />}
      {isOpen &&
        (text !== "" || own.length === 0) &&
        kinds.map((kind) => <FoundSubjects key={kind} {...{ kind, text, chosen, maximum, change }} />)}
    </Fieldset>
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
