/** Files of lists, made by the server under the filter of a page. */
import { API_BASE, ApiError, withQuery, type QueryValue } from "./client.ts";

export type ExportFormat = "csv" | "xlsx";

export interface DownloadedFile {
  readonly name: string;
  readonly rows: number;
}

/** Asks for the file and hands it to the browser. @param list address of the list, e.g. `/cases` @throws ApiError */
export async function downloadList(
  list: string,
  filter: Readonly<Record<string, QueryValue>>,
  format: ExportFormat,
  lang: "zh" | "en",
): Promise<DownloadedFile> {
  let response: Response;
  try {
    response = await fetch(API_BASE + withQuery(`${list}/export`, { ...filter, format, lang }), {
      credentials: "same-origin",
    });
  } catch (cause) {
    throw new ApiError(0, {}, { cause });
  }
  if (!response.ok) throw new ApiError(response.status, await response.json().catch(() => ({})));
  const name = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? `export.${format}`;
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has taken the blob when the click returns; Safari takes a moment longer.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return { name, rows: Number(response.headers.get("x-export-rows") ?? 0) };
}
