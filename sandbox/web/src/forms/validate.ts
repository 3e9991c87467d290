// What Slack's own client refuses before it sends a form.
import type { Block, Element, ElementState } from "../blockkit";
import type { Values } from "../model";
import { blockId, isEmpty } from "./state";

/** Return a sentence per faulty input block, by block id. */
export function faults(blocks: Block[], values: Values): Record<string, string> {
  const found: Record<string, string> = {};
  blocks.forEach((block, index) => {
    const { element } = block;
    if (block.type !== "input" || !element) return;
    const id = blockId(block, index);
    const state = values[id]?.[element.action_id];
    const fault = state && faultOf(element, state, block.optional ?? false);
    if (fault) found[id] = fault;
  });
  return found;
}

function faultOf(element: Element, state: ElementState, optional: boolean): string | null {
  if (isEmpty(state)) return optional ? null : "Please complete this required field.";
  const value = state.value ?? "";
  switch (element.type) {
    case "plain_text_input":
      return lengthFault(element, value);
    case "number_input":
      return numberFault(element, value);
    case "email_text_input":
      return /^\S+@\S+\.\S+$/.test(value) ? null : "Please enter a valid email address.";
    case "url_text_input":
      return URL.canParse(value) ? null : "Please enter a valid URL.";
    default:
      return null;
  }
}

function lengthFault(element: Element, value: string): string | null {
  if (element.min_length && value.length < element.min_length)
    return `Please enter at least ${element.min_length} characters.`;
  if (element.max_length && value.length > element.max_length)
    return `Please use ${element.max_length} characters at most.`;
  return null;
}

function numberFault(element: Element, value: string): string | null {
  const number = Number(value);
  if (Number.isNaN(number)) return "Please enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `Please enter ${element.min_value} or more.`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `Please enter ${element.max_value} or less.`;
  return null;
}
