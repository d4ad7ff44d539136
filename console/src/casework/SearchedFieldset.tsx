import { Fieldset, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import styles from "./casework.module.css";

const PAUSE_MS = 300;

/** What is typed into the search box of a field. */
export interface Search {
  readonly typed: string;
  type(text: string): void;
  /** What to search for: what was typed before the last pause. */
  readonly text: string;
  /** Somebody has gone to the box: until then nothing is asked. */
  readonly isOpen: boolean;
  open(): void;
}

export function useSearch(): Search {
  const [isOpen, setIsOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [text] = useDebouncedValue(typed.trim(), PAUSE_MS);
  return { typed, type: setTyped, text, isOpen, open: () => setIsOpen(true) };
}

interface SearchedFieldsetProps {
  readonly label: string;
  readonly withAsterisk: boolean;
  readonly error: string | undefined;
  /** How many are chosen, in words. */
  readonly aside?: string | undefined;
  /** What is chosen, above the box. */
  readonly chosen: ReactNode;
  readonly search: Search;
  readonly searchLabel: string;
  readonly placeholder: string;
  /** What was found, below the box. */
  readonly children: ReactNode;
}

/** A field of which the values are searched for and never typed. */
export function SearchedFieldset({
  label,
  withAsterisk,
  error,
  aside,
  chosen,
  search,
  searchLabel,
  placeholder,
  children,
}: SearchedFieldsetProps) {
  return (
    <Fieldset
      legend={
        <>
          {label}
          {withAsterisk && <span className={styles.refused}> *</span>}
          {aside !== undefined && <> · {aside}</>}
        </>
      }
      className={styles.fieldset}
    >
      {error !== undefined && <p className={styles.refused}>{error}</p>}
      {chosen}
      <TextInput
        value={search.typed}
        maxLength={100}
        aria-label={searchLabel}
        aria-invalid={error !== undefined}
        placeholder={placeholder}
        leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
        onFocus={search.open}
        onChange={(event) => search.type(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter searches; it must not send the form around it.
          if (event.key === "Enter") event.preventDefault();
        }}
      />
      {children}
    </Fieldset>
  );
}
