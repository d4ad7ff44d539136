/** Two languages, typed keys, no loading at run time. Chinese is the first language of the console. */
import { changeLanguage, use } from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../lib/format.ts";
import { NAMESPACES, resources } from "./resources.ts";

const KEY = "sandglass.language";

function initialLanguage(): Language {
  const asked = new URLSearchParams(location.search).get("lang");
  const value = asked ?? localStorage.getItem(KEY);
  return value === "en" ? "en" : "zh";
}

export function applyLanguage(language: Language): void {
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  void changeLanguage(language);
}

const language = initialLanguage();
document.documentElement.lang = language === "zh" ? "zh-CN" : "en";

void use(initReactI18next).init({
  lng: language,
  fallbackLng: false,
  resources,
  ns: [...NAMESPACES],
  defaultNS: "common",
  interpolation: { escapeValue: false },
  returnNull: false,
});
