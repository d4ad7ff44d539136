/** What a file really is, by its bytes. Only kinds that people exchange as evidence are taken; nothing that runs. */
import { fileTypeFromBuffer } from "file-type";
import { ERRORS, SandglassError } from "../errors/mod.ts";

/** Media types that are taken, with the endings that their names may have. */
export const ATTACHMENT_TYPES = {
  "application/pdf": ["pdf"],
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg"],
  "image/webp": ["webp"],
  "video/mp4": ["mp4"],
  "application/zip": ["zip"],
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ["docx"],
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ["xlsx"],
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": ["pptx"],
  "application/vnd.oasis.opendocument.text": ["odt"],
  "application/vnd.oasis.opendocument.spreadsheet": ["ods"],
  "text/plain": ["txt", "csv", "md", "log", "json"],
} as const satisfies Record<string, readonly string[]>;
export type AttachmentType = keyof typeof ATTACHMENT_TYPES;

const TEXT = "text/plain";
/** Control characters that no text has; tabs, line and page breaks are fine. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/;

/** @throws SG_ATTACHMENT_TYPE when the bytes are of no such type, or the name says another */
export async function typeOf(name: string, bytes: Uint8Array): Promise<AttachmentType> {
  const sniffed = (await fileTypeFromBuffer(bytes))?.mime as string | undefined;
  const found = sniffed ?? (isText(bytes) ? TEXT : "application/octet-stream");
  const ending = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const endings: readonly string[] = Object.hasOwn(ATTACHMENT_TYPES, found)
    ? ATTACHMENT_TYPES[found as AttachmentType]
    : [];
  if (endings.includes(ending)) return found as AttachmentType;
  const possible = Object.values(ATTACHMENT_TYPES).flat();
  throw new SandglassError(ERRORS.ATTACHMENT_TYPE, { name, found, possible });
}

/** UTF-8, or GB 18030 as older programs write it. */
function isText(bytes: Uint8Array): boolean {
  return ["utf-8", "gb18030"].some((encoding) => {
    try {
      return !CONTROL.test(new TextDecoder(encoding, { fatal: true }).decode(bytes));
    } catch {
      return false;
    }
  });
}
