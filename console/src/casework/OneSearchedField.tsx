import { Checkbox, CloseButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "../i18n/use-error-text.ts";
import styles from "./casework.module.css";
import { SearchedFieldset, type Search } from "./SearchedFieldset.tsx";

export interface OneSearchedFieldProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  readonly value: string | undefined;
  onChange(id: string | undefined): void;
}

interface FieldProps extends OneSearchedFieldProps {
  readonly placeholder: string;
  readonly search: Search;
  /** What is chosen, by its facts. */
  readonly chosen: ReactNode;
  /** What the text finds. */
  readonly children: ReactNode;
}

/** One record of a register, found by words or by its number under the rights of whoever asks, never typed by its id. */
export function OneSearchedField({ label, value, onChange, chosen, children, ...shared }: FieldProps) {
  const { t } = useTranslation("casework");
  return (
    <SearchedFieldset
      {...{ label, ...shared }}
      searchLabel={t("cases.search", { what: label })}
      chosen={
        value !== undefined && (
          <ul className={styles.chosen}>
            <li>
              <span>{chosen}</span>
              <CloseButton size="xs" aria-label={t("cases.remove")} onClick={() => onChange(undefined)} />
            </li>
          </ul>
        )
      }
    >
      {children}
    </SearchedFieldset>
  );
}

interface FoundChoicesProps extends Pick<OneSearchedFieldProps, "value" | "onChange"> {
  readonly items: readonly { readonly id: string; readonly facts: ReactNode }[];
  /** Said above them. */
  readonly hint: string | undefined;
  /** Said where nothing was found. */
  readonly nothing: string;
  readonly failure: unknown;
  readonly isPending: boolean;
}

export function FoundChoices({ items, hint, nothing, failure, isPending, value, onChange }: FoundChoicesProps) {
  const { t } = useTranslation("casework");
  const refusal = useErrorText(failure);
  return (
    <div className={styles.found}>
      {hint !== undefined && <p className="quiet">{hint}</p>}
      <ul aria-busy={isPending}>
        {items.map(({ id, facts }) => (
          <li key={id}>
            <Checkbox
              label={facts}
              checked={id === value}
              onChange={(event) => onChange(event.currentTarget.checked ? id : undefined)}
            />
          </li>
        ))}
      </ul>
      {failure ? (
        <p role="alert" className={styles.refused}>
          {refusal}
        </p>
      ) : (
        items.length === 0 && <p role="status">{isPending ? t("cases.searching") : nothing}</p>
      )}
    </div>
  );
}
