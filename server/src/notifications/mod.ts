/** Notifications: notices of cases handed to persons, in the inbox, by mail, by signed webhooks. */
export { Notifier, type NotifierOptions } from "./notifier.ts";
export { notificationRoutes, type NotificationRoutesOptions } from "./routes.ts";
