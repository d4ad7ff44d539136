/** Mail: one message of the notices that are due for a person, in their language, as plain text. */
import nodemailer, { type Transporter } from "nodemailer";
import type { DeliveredNotice } from "./hand-out.ts";

export interface MailOptions {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly url: string;
  readonly from: string;
  /** Address of the console, for links; without a slash at its end. */
  readonly console: string;
}

export interface Mail {
  readonly to: string;
  readonly language: "zh" | "en";
  readonly notices: readonly DeliveredNotice[];
  /** Message id: the same for every attempt. */
  readonly id: string;
}

export class Mailer {
  readonly #transport: Transporter;
  readonly #options: MailOptions;

  constructor(options: MailOptions) {
    this.#options = options;
    this.#transport = nodemailer.createTransport(options.url, {
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 20_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    } as object);
  }

  /** @throws Error when the server does not take it */
  async send(mail: Mail): Promise<void> {
    const { subject, text } = textOf(mail, this.#options.console);
    await this.#transport.sendMail({
      from: this.#options.from,
      to: { name: "", address: mail.to },
      subject,
      text,
      messageId: `<${mail.id}@sandglass>`,
      headers: { "Auto-Submitted": "auto-generated", "Content-Language": mail.language },
    });
  }

  close(): void {
    this.#transport.close();
  }
}

const WORDS = {
  zh: {
    many: (count: number) => `${count} 条待办与提醒`,
    open: "打开案件",
    footer: "在控制台“通知设置”中可更改或停止邮件。",
  },
  en: {
    many: (count: number) => `${count} notices`,
    open: "Open the case",
    footer: "Change or stop mail under “Notification settings” in the console.",
  },
} as const;

/** Subject and body. A notice is one line; line breaks of what somebody entered never make a header or another line. */
export function textOf({ language, notices }: Mail, consoleUrl: string): { subject: string; text: string } {
  const words = WORDS[language];
  const line = (value: string): string => value.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
  const [first] = notices;
  const only = notices.length === 1 ? first : undefined;
  const subject =
    only === undefined
      ? words.many(notices.length)
      : `${line(only.text[language])} · ${line(only.case.title[language])}`;
  const blocks = notices.map((each) => {
    const page = each.case.kind === "sandbox-project" ? "projects" : "cases";
    return `${line(each.text[language])}\n  ${line(each.case.title[language])}\n  ${words.open}: ${consoleUrl}/${page}/${each.case.id}`;
  });
  return {
    subject: `[沙漏 Sandglass] ${subject}`.slice(0, 200),
    text: `${blocks.join("\n\n")}\n\n-- \n${words.footer}\n`,
  };
}
