/**
 * The complaint channel as plain pages (R-4.23, R-6.10, R-6.58): a form, a receipt, a look-up. They need neither an account nor a
 * script, and end in the same complaint as `POST /api/v1/public/complaints`. No files can be sent: nobody answers for what
 * strangers upload without an account.
 */
import type { FastifyPluginAsync } from "fastify";
import { Type } from "typebox";
import { SandglassError } from "../../errors/mod.ts";
import type { CaseEngine } from "../engine/engine.ts";
import { fileComplaint, readAnswer, type ComplaintAnswer } from "./complaints.ts";
import type { ComplaintGate } from "./complaint-gate.ts";
import { COMPLAINT_WORDS } from "./complaint-words.ts";
import {
  acceptForms,
  escape,
  languageOf,
  layout,
  PAGE_LANGUAGE,
  sendPrivatePage,
  time,
  type Language,
} from "./pages.ts";
import { findEntry, listRegister, PUBLIC_READER, type RegisterEntry } from "./register.ts";

const FORM_PATH = "/public/complaints";
const STATUS_PATH = "/public/complaints/status";
/** Projects to choose from; one that is linked to is among them however old it is. */
const CHOICES = 200;
const MAX_BODY = 64 * 1024;
const CODE = /^[\w-]{20}$/;

type Word = keyof typeof COMPLAINT_WORDS;

export interface ComplaintForm {
  readonly subject: string;
  readonly text: string;
  readonly contact: string;
  readonly project: string;
}
const EMPTY: ComplaintForm = { subject: "", text: "", contact: "", project: "" };

const speak =
  (language: Language) =>
  (key: Word): string =>
    escape(COMPLAINT_WORDS[key][language]);

/** What stands against a form, as words. */
export function faultsOf(form: ComplaintForm): readonly Word[] {
  const fits = (text: string, least: number, most: number): boolean =>
    text.trim().length >= least && text.length <= most && !text.includes("\u0000");
  const faults: Word[] = [];
  if (!fits(form.subject, 3, 200)) faults.push("subjectWrong");
  if (!fits(form.text, 10, 8_000)) faults.push("textWrong");
  if (!fits(form.contact, 0, 200)) faults.push("contactWrong");
  return faults;
}

export function formPage(
  language: Language,
  projects: readonly Pick<RegisterEntry, "id" | "title">[],
  ticket: string,
  form: ComplaintForm = EMPTY,
  faults: readonly Word[] = [],
): string {
  const word = speak(language);
  const options = projects.map(
    ({ id, title }) =>
      `<option value="${escape(id)}"${id === form.project ? " selected" : ""}>${escape(title ?? id)}</option>`,
  );
  const alert =
    faults.length === 0
      ? ""
      : `<div role="alert"><p><b>${word("problem")}</b></p><ul>${faults.map((each) => `<li>${word(each)}</li>`).join("")}</ul></div>`;
  const field = (name: "subject" | "text" | "contact", control: string, hint: Word): string =>
    `<label for="${name}">${word(name)}</label>${control}<p class="hint" id="${name}-hint">${word(hint)}</p>`;
  const attributes = (name: string): string => `id="${name}" name="${name}" aria-describedby="${name}-hint"`;
  const path = form.project === "" ? FORM_PATH : `${FORM_PATH}?project=${encodeURIComponent(form.project)}`;
  return layout(
    language,
    path,
    COMPLAINT_WORDS.title[language],
    `${alert}<p>${word("lead")}</p><p>${word("danger")}</p>
<form method="post" action="${FORM_PATH}?lang=${language}" accept-charset="utf-8">
<input type="hidden" name="ticket" value="${escape(ticket)}">
<label for="project">${word("project")}</label><select id="project" name="project"><option value="">${word("noProject")}</option>${options.join("")}</select>
${field("subject", `<input ${attributes("subject")} required minlength="3" maxlength="200" value="${escape(form.subject)}">`, "subjectHint")}
${field("text", `<textarea ${attributes("text")} required minlength="10" maxlength="8000" rows="8">\n${escape(form.text)}</textarea>`, "textHint")}
${field("contact", `<input ${attributes("contact")} maxlength="200" value="${escape(form.contact)}">`, "contactHint")}
<div class="trap" aria-hidden="true"><label for="website">${word("trap")}</label><input id="website" name="website" tabindex="-1" autocomplete="off"></div>
<button type="submit">${word("send")}</button>
</form>
<p><a href="${STATUS_PATH}?lang=${language}">${word("lookUp")}</a></p>`,
  );
}

export function receiptPage(
  language: Language,
  filed: { readonly id: string; readonly code: string; readonly dueAt: number },
): string {
  const word = speak(language);
  const due = time(new Date(filed.dueAt).toISOString()).slice(0, 10);
  return layout(
    language,
    FORM_PATH,
    COMPLAINT_WORDS.received[language],
    `<p>${word("keep")}</p>
<dl><dt>${word("code")}</dt><dd><code class="code">${escape(filed.code)}</code></dd>
<dt>${word("number")}</dt><dd><code>${escape(filed.id)}</code></dd>
<dt>${word("due")}</dt><dd>${due} (${word("dueHint")})</dd></dl>
<p><a href="${STATUS_PATH}?lang=${language}">${word("lookUp")}</a></p>`,
  );
}

export function statusPage(
  language: Language,
  now: number,
  asked?: { readonly code: string; readonly found: ComplaintAnswer | undefined },
): string {
  const word = speak(language);
  const found = asked?.found;
  const state =
    found?.answer != null ? "answered" : found !== undefined && found.dueAt.getTime() < now ? "late" : "waiting";
  const facts: readonly (readonly [Word, string])[] =
    found === undefined
      ? []
      : [
          ["state", `<b>${word(state)}</b>`],
          ["number", `<code>${escape(found.id)}</code>`],
          ["receivedAt", escape(time(found.receivedAt.toISOString()))],
          ["due", escape(time(found.dueAt.toISOString()).slice(0, 10))],
          ...(found.answeredAt === null
            ? []
            : ([["answeredAt", escape(time(found.answeredAt.toISOString()))]] as const)),
        ];
  const answer = found?.answer == null ? "" : `<h2>${word("answer")}</h2><p class="answer">${escape(found.answer)}</p>`;
  const unknown = asked !== undefined && found === undefined ? `<p role="alert"><b>${word("unknownCode")}</b></p>` : "";
  const list = facts.map(([key, value]) => `<dt>${word(key)}</dt><dd>${value}</dd>`).join("\n");
  return layout(
    language,
    STATUS_PATH,
    COMPLAINT_WORDS.lookUp[language],
    `${unknown}${list === "" ? "" : `<dl>${list}</dl>`}${answer}
<form method="post" action="${STATUS_PATH}?lang=${language}">
<label for="code">${word("code")}</label><input id="code" name="code" required minlength="20" maxlength="20" autocomplete="off" spellcheck="false" aria-describedby="code-hint" value="${found === undefined ? escape(asked?.code ?? "") : ""}"><p class="hint" id="code-hint">${word("codeHint")}</p>
<button type="submit">${word("find")}</button></form>
<p><a href="${FORM_PATH}?lang=${language}">${word("title")}</a></p>`,
  );
}

/** Register it at the root, beside the pages of the register. */
export function complaintPages(engine: CaseEngine, gate: ComplaintGate, now: () => number): FastifyPluginAsync {
  const projectsWith = (id: string): Promise<readonly RegisterEntry[]> =>
    engine.transact(
      PUBLIC_READER,
      async ({ tx }) => {
        const entries = (await listRegister(tx, { limit: CHOICES })).map(({ entry }) => entry);
        if (id === "" || entries.some((each) => each.id === id)) return entries;
        const linked = await findEntry(tx, id);
        return linked === undefined ? entries : [linked, ...entries];
      },
      { retry: true },
    );
  const { lang } = PAGE_LANGUAGE.properties;
  const project = Type.Optional(Type.String({ pattern: "^prj_[0-9a-z]{1,30}$" }));

  return async (app) => {
    acceptForms(app, MAX_BODY);

    app.get(
      FORM_PATH,
      { schema: { hide: true, querystring: Type.Object({ lang, project }) } },
      async (request, reply) => {
        const { project: linked = "" } = request.query as { readonly project?: string };
        const projects = await projectsWith(linked);
        return sendPrivatePage(
          reply,
          formPage(languageOf(request.query), projects, gate.issue(), { ...EMPTY, project: linked }),
        );
      },
    );

    app.post(FORM_PATH, { schema: { hide: true, querystring: Type.Object({ lang }) } }, async (request, reply) => {
      const entered = (request.body ?? {}) as { readonly [field: string]: string | undefined };
      const { subject = "", text = "", contact = "", project: about = "", ticket = "", website = "" } = entered;
      const form = { subject: subject.trim(), text: text.trim(), contact: contact.trim(), project: about };
      const projects = await projectsWith(about);
      const again = (status: number, ...faults: readonly Word[]) =>
        sendPrivatePage(reply, formPage(languageOf(request.query), projects, gate.issue(), form, faults), status);
      const faults: Word[] = [...faultsOf(form)];
      if (about !== "" && !projects.some(({ id }) => id === about)) faults.push("projectWrong");
      if (website !== "") faults.push("trapWrong");
      const judged = gate.look(ticket);
      if (judged === "used") return again(409, "used");
      if (judged !== "good") faults.push(judged);
      if (faults.length > 0) return again(400, ...faults);
      try {
        gate.take(request.ip);
      } catch (cause) {
        if (cause instanceof SandglassError) return again(cause.status, "busy");
        throw cause;
      }
      gate.spend(ticket);
      const filed = await engine.transact(PUBLIC_READER, (unit) =>
        fileComplaint(
          unit.tx,
          {
            subject: form.subject,
            text: form.text,
            ...(about === "" ? {} : { project: about }),
            ...(form.contact === "" ? {} : { contact: form.contact }),
          },
          unit.at,
          engine.foldOptions.calendar,
        ),
      );
      return sendPrivatePage(reply, receiptPage(languageOf(request.query), filed), 201);
    });

    app.get(STATUS_PATH, { schema: { hide: true, querystring: Type.Object({ lang }) } }, async (request, reply) =>
      sendPrivatePage(reply, statusPage(languageOf(request.query), now())),
    );

    app.post(STATUS_PATH, { schema: { hide: true, querystring: Type.Object({ lang }) } }, async (request, reply) => {
      const code = String((request.body as { readonly code?: string } | undefined)?.code ?? "").trim();
      const found = CODE.test(code)
        ? await engine
            .transact(PUBLIC_READER, ({ tx }) => readAnswer(tx, code))
            .catch((cause: unknown) => {
              if (cause instanceof SandglassError && cause.code === "SG_NOT_FOUND") return undefined;
              throw cause;
            })
        : undefined;
      const page = statusPage(languageOf(request.query), now(), { code, found });
      return sendPrivatePage(reply, page, found === undefined ? 404 : 200);
    });
  };
}
