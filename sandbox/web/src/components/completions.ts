// What the composer offers while a slash command or a mention is typed.
import type { Command, User } from "../model";

export interface Completion {
  key: string;
  label: string;
  detail: string;
  hint?: string;
  /** The composer's text when this is chosen. */
  insert: string;
  /** Nothing is left to complete: Enter sends. */
  exact: boolean;
}

const MOST = 8;

export function completionsFor(text: string, commands: Command[], users: User[]): Completion[] {
  if (/^\/\S*$/.test(text)) return commandsFor(text, commands);
  const known = commands.find(({ command }) => text.startsWith(`${command} `));
  if (known) return known.usage_hint && text.length <= known.command.length + 1 ? [hintFor(known, text)] : [];
  return mentionsFor(text, users);
}

function commandsFor(text: string, commands: Command[]): Completion[] {
  return commands
    .filter(({ command }) => command.startsWith(text.toLowerCase()))
    .slice(0, MOST)
    .map(({ command, description, usage_hint }) => ({
      key: command,
      label: command,
      detail: description,
      hint: usage_hint ?? "",
      insert: `${command} `,
      exact: command === text.toLowerCase(),
    }));
}

/** The command is complete: what may follow stays in sight until it is typed. */
function hintFor({ command, description, usage_hint }: Command, text: string): Completion {
  return { key: command, label: command, detail: description, hint: usage_hint ?? "", insert: text, exact: true };
}

function mentionsFor(text: string, users: User[]): Completion[] {
  const match = /(^|\s)@([\p{L}\w.' -]{0,30})$/u.exec(text);
  const typed = match?.[2]?.toLowerCase();
  if (typed === undefined) return [];
  const start = text.slice(0, text.length - typed.length);
  return users
    .filter(({ name, real_name }) => [name, real_name, ...real_name.split(" ")].some((word) => word.toLowerCase().startsWith(typed)))
    .slice(0, MOST)
    .map(({ id, real_name, title }) => ({ key: id, label: real_name, detail: title, insert: `${start}${real_name} `, exact: real_name.toLowerCase() === typed }));
}
