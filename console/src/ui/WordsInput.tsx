/** Words that narrow a list: applied a moment after the last key. */
import { TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

interface WordsInputProps {
  readonly value: string | undefined;
  readonly label: string;
  apply(words: string | undefined): void;
}

export function WordsInput({ value, label, apply }: WordsInputProps) {
  const [words, setWords] = useState(value ?? "");
  const [applied, setApplied] = useState(value);
  const later = useDebouncedCallback((text: string) => {
    const next = text.trim() === "" ? undefined : text.trim();
    setApplied(next);
    apply(next);
  }, 300);
  // The address changed by another way (a link, "clear"): the field follows.
  if (value !== applied) {
    setApplied(value);
    setWords(value ?? "");
  }
  return (
    <TextInput
      w={200}
      value={words}
      maxLength={120}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={14} stroke={1.5} aria-hidden />}
      onChange={(event) => {
        setWords(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
