/** Findings and complaints that a form may name: by words of what they are about, or by their number. */
import { queryOptions } from "@tanstack/react-query";
import { readSearchText } from "../lib/search-text.ts";
import { request, requestIfThere, withQuery } from "./client.ts";
import type { Complaint } from "./complaints.ts";
import type { Bilingual, Page } from "./shapes/common.ts";
import type { Finding } from "./shapes/findings.ts";
import { withSubject } from "./subjects.ts";

export type RecordRegister = "finding" | "complaint";

/** What tells one from another. */
export interface FoundRecord {
  readonly id: string;
  readonly title: Bilingual;
  /** Masked VIN of the vehicle, or the name of the service. */
  readonly subject?: string | undefined;
  readonly level?: number | undefined;
  /** When it began or was received. */
  readonly at: string;
}

const FOUND = 10;

const ofFinding = ({ id, title, vin, subject, level, onset }: Finding): FoundRecord => ({
  id,
  title,
  subject: vin ?? subject?.name ?? undefined,
  level,
  at: onset,
});
const ofComplaint = ({ id, subject, receivedAt }: Complaint): FoundRecord => ({
  id,
  title: { en: subject, zh: subject },
  at: receivedAt,
});

async function findFindings(text: string, signal: AbortSignal): Promise<readonly FoundRecord[]> {
  const target = readSearchText(text);
  if (target.kind === "finding") {
    const found = await requestIfThere<Finding>(`/findings/${encodeURIComponent(target.id)}`, { signal });
    return found === undefined ? [] : [ofFinding(withSubject(found))];
  }
  const query = { q: text === "" ? undefined : text, limit: FOUND };
  const { items } = await request<Page<Finding>>(withQuery("/findings", query), { signal });
  return items.map((item) => ofFinding(withSubject(item)));
}

async function findComplaints(text: string, signal: AbortSignal): Promise<readonly FoundRecord[]> {
  const query = { q: text === "" ? undefined : text, limit: FOUND };
  return (await request<Page<Complaint>>(withQuery("/complaints", query), { signal })).items.map(ofComplaint);
}

export const foundRecordsQuery = (register: RecordRegister, text: string) =>
  queryOptions({
    queryKey: ["found-records", register, text],
    queryFn: ({ signal }) => (register === "finding" ? findFindings(text, signal) : findComplaints(text, signal)),
    staleTime: 30_000,
  });
