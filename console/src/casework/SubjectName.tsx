import type { CaseSummary } from "../api/shapes/cases.ts";
import { isOtherSubject } from "../api/subjects.ts";

/** What a case is about: a vehicle by its masked VIN, a service by its name; its id where the reader may see no more. */
export function SubjectName({ subject }: Pick<CaseSummary, "subject">) {
  if (!subject) return null;
  const { id, name } = subject;
  const isWord = isOtherSubject(id) && name !== null;
  return (
    <span className={isWord ? undefined : "mono"} title={isWord ? id : undefined}>
      {name ?? id}
    </span>
  );
}
