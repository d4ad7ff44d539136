import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { SandglassError } from "../errors/mod.ts";
import { readWorkCalendar } from "./work-calendar.ts";

describe("work calendar of the configuration", () => {
  const folder = mkdtempSync(join(tmpdir(), "calendar-"));
  after(() => rmSync(folder, { recursive: true }));
  const write = (text: string): string => {
    const file = join(folder, "calendar.json");
    writeFileSync(file, text);
    return file;
  };

  it("is the built-in one when none is named", () => {
    assert.equal(readWorkCalendar(""), undefined);
  });

  it("is read from the file", () => {
    const years = [
      { year: 2027, source: "State Council", certainty: "F", holidays: ["2027-01-01"], workedWeekends: [] },
    ];
    assert.equal(readWorkCalendar(write(JSON.stringify({ version: "CN-2027.1", years })))?.version, "CN-2027.1");
  });

  it("is refused with the reason when the file is missing, no JSON, or no calendar", () => {
    const refuses = (file: string): void =>
      assert.throws(
        () => readWorkCalendar(file),
        (error) => error instanceof SandglassError && error.code === "SG_CALENDAR" && error.message.includes(file),
      );
    refuses(join(folder, "absent.json"));
    refuses(write("{"));
    refuses(write("{}"));
  });
});
