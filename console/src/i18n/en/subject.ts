import type { English } from "../english.ts";
import type { subject as zh } from "../zh/subject.ts";

export const subject: English<typeof zh> = {
  views: "Views of the subject",
  tabs: { findings: "Findings", events: "Event records" },
  state: "Register",
  organisation: "Organisation",
  region: "Region",
  lastEvent: "Last event",
  events: {
    time: "Time",
    delay: "Delay",
    name: "Event",
    value: "Value",
    disposition: "Disposition",
    empty: "No event records",
    emptyNext: "Choose another time, or wait for reports.",
    choose: "Choose a record",
    receivedAt: "Received",
    source: "Source",
    format: "Format",
    assurance: "Assurance of the source",
    attributes: "Attributes",
    body: "Body of the request",
  },
};
