import { sourceIn, type ProgrammeBasis } from "@sandglass/casework";
import { useLanguage } from "../i18n/use-language.ts";
import { CERTAINTY, label } from "../lib/vocabulary.ts";
import { Tag } from "./Tag.tsx";

/** How sure a rule or a number is. What is not found in the rule's own text never looks like law. */
export function CertaintyTag({ basis }: { basis: ProgrammeBasis }) {
  const language = useLanguage();
  const { requirement, certainty } = basis;
  return (
    <Tag
      tone={certainty === "F" ? "plain" : certainty === "S" ? "quiet" : "warn"}
      title={`${requirement} · ${sourceIn(basis, language)}`}
    >
      {label(CERTAINTY, certainty, language)}
    </Tag>
  );
}
