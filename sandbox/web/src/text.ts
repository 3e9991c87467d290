// What a person types, in the form Slack sends it.
import type { Channel, User } from "./model";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

export function escape(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ENTITIES[sign] ?? sign);
}

/** Escape the text and turn "@Name" and "#channel" into Slack's references. */
export function encode(text: string, { users, channels }: { users: User[]; channels: Channel[] }): string {
  const people = users.flatMap((user) => [[`@${user.real_name}`, `<@${user.id}>`], [`@${user.name}`, `<@${user.id}>`]] as const);
  const rooms = channels.filter(({ kind }) => kind !== "im").map(({ id, name }) => [`#${name}`, `<#${id}>`] as const);
  const longestFirst = [...people, ...rooms].toSorted(([one], [other]) => other.length - one.length);
  return longestFirst.reduce((done, [typed, reference]) => replaceWord(done, escape(typed), reference), escape(text));
}

function replaceWord(text: string, word: string, by: string): string {
  const quoted = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return text.replace(new RegExp(`(?<![\\w<])${quoted}(?![\\w-])`, "gi"), by);
}

/** Split "/gap GAP-42 why" into the command and its text; null for an ordinary message. */
export function parseCommand(text: string): { command: string; text: string } | null {
  const match = /^(\/[\w-]+)(?:\s+([\s\S]*))?$/.exec(text.trim());
  return match ? { command: match[1] ?? "", text: match[2] ?? "" } : null;
}

/** "2 replies", "1 reply". */
export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
