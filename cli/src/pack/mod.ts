export { packCommand } from "./command.ts";
