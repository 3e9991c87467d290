// Where a select's options come from, and which of them match what was typed.
import { useEffect, useRef, useState } from "react";
import type { Element, ElementRef, Option, OptionGroup } from "../blockkit";
import { type Directory, useDirectory } from "../directory";
import { useSurfaceHere } from "../surface";

/** Slack asks the app this long after the last key. */
const DEBOUNCE = 150;
const SLACK_MIN_QUERY = 3;

export interface Offer {
  groups: OptionGroup[];
  /** Said instead of options: still loading, type more, nothing found, an error. */
  note: string | null;
}

export function useOptions({ element, reference, query, open }: { element: Element; reference: ElementRef; query: string; open: boolean }): Offer {
  const directory = useDirectory();
  const external = element.type.endsWith("external_select");
  const asked = useExternal({ element, reference, query, open: open && external });
  return external ? asked : filtered(localGroups(element, directory), query);
}

function useExternal({ element, reference, query, open }: { element: Element; reference: ElementRef; query: string; open: boolean }): Offer {
  const { suggest } = useSurfaceHere();
  const ask = useRef(suggest);
  ask.current = suggest;
  const [offer, setOffer] = useState<Offer>({ groups: [], note: null });
  const least = element.min_query_length ?? SLACK_MIN_QUERY;
  const { block, action } = reference;

  useEffect(() => {
    if (!open) return;
    if (query.length < least) return setOffer({ groups: [], note: invitation(least) });
    let current = true;
    setOffer(({ groups }) => ({ groups, note: groups.length ? null : "Loading…" }));
    const timer = setTimeout(async () => {
      const { options, option_groups, error } = await ask.current({ block, action }, query);
      if (!current) return;
      const groups = option_groups ?? (options?.length ? [{ label: { type: "plain_text" as const, text: "" }, options }] : []);
      setOffer({ groups, note: error ? "Results could not be loaded. Try again." : groups.length ? null : "No results" });
    }, DEBOUNCE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [open, query, least, block, action]);
  return offer;
}

function invitation(least: number): string {
  return least === 1 ? "Type to search" : `Type at least ${least} characters to search`;
}

function filtered(groups: OptionGroup[], query: string): Offer {
  const wanted = query.trim().toLowerCase();
  const found = groups
    .map((group) => ({ ...group, options: group.options.filter(({ text }) => text.text.toLowerCase().includes(wanted)) }))
    .filter(({ options }) => options.length);
  return { groups: found, note: found.length ? null : "No results" };
}

function localGroups(element: Element, directory: Directory): OptionGroup[] {
  if (element.option_groups) return element.option_groups;
  return [{ label: { type: "plain_text", text: "" }, options: localOptions(element, directory) }];
}

/** The options that a select offers without asking the app: its own, or the workspace's people and channels. */
export function localOptions({ type, options, option_groups }: Element, { users, channels }: Directory): Option[] {
  if (options) return options;
  if (option_groups) return option_groups.flatMap((group) => group.options);
  if (type.endsWith("users_select"))
    return users.map(({ id, real_name, title }) => option(id, real_name, title));
  if (type.endsWith("conversations_select") || type.endsWith("channels_select"))
    return channels.filter(({ kind }) => kind !== "im").map(({ id, name }) => option(id, `#${name}`));
  return [];
}

function option(value: string, text: string, description?: string): Option {
  const words = { type: "plain_text" as const, text };
  return description ? { text: words, value, description: { type: "plain_text", text: description } } : { text: words, value };
}
