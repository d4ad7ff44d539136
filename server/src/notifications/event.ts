/** A notice as a CloudEvent (1.0, structured JSON). */
import type { DeliveredNotice } from "./hand-out.ts";

export const CLOUD_EVENT_TYPE = "application/cloudevents+json; charset=utf-8";

/** @param source address of this installation, a URI reference */
export function cloudEventOf(event: string, source: string, notice: DeliveredNotice): string {
  return JSON.stringify({
    specversion: "1.0",
    id: event,
    source,
    type: `sandglass.notice.${notice.kind}`,
    subject: notice.case.id,
    time: notice.at,
    datacontenttype: "application/json",
    data: notice,
  });
}
