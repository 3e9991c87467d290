// What an input holds, in the shape of Slack's `state.values`.
import type { Block, Element, ElementRef, ElementState } from "../blockkit";
import type { Values } from "../model";

const STATELESS = new Set(["button", "overflow", "image", "feedback_buttons", "icon_button", "workflow_button"]);

const SINGLE: Record<string, [keyof ElementState, keyof Element]> = {
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  channels_select: ["selected_channel", "initial_channel"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

const MANY: Record<string, [keyof ElementState, keyof Element]> = {
  checkboxes: ["selected_options", "initial_options"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
};

export function initialState(element: Element): ElementState {
  const { type } = element;
  const single = SINGLE[type];
  if (single) return { type, [single[0]]: element[single[1]] ?? null };
  const many = MANY[type];
  if (many) return { type, [many[0]]: element[many[1]] ?? [] };
  if (type === "rich_text_input") return { type, rich_text_value: element.initial_value ?? null };
  return { type, value: element.initial_value === undefined ? null : String(element.initial_value) };
}

export function isEmpty(state: ElementState): boolean {
  const { type: _type, ...held } = state;
  return Object.values(held).every((value) => value == null || value === "" || (Array.isArray(value) && !value.length));
}

/** A block's id, or a stand-in by position where the server gave none. */
export function blockId(block: Block, index: number): string {
  return block.block_id ?? `block-${index}`;
}

/** Every element of these blocks that keeps a state, with its place. */
export function inputsOf(blocks: Block[]): { ref: ElementRef; element: Element }[] {
  return blocks.flatMap((block, index) => {
    const elements = [block.element, block.accessory, ...(block.type === "actions" ? (block.elements ?? []) : [])];
    return elements
      .filter((element): element is Element => !!element?.action_id && !STATELESS.has(element.type))
      .map((element) => ({ ref: { block: blockId(block, index), action: element.action_id }, element }));
  });
}

/** Slack's rule: an input that is still there (same ids, same type) keeps what it holds; a new one starts afresh. */
export function carryOver(blocks: Block[], previous: Values): Values {
  const values: Values = {};
  for (const { ref, element } of inputsOf(blocks)) {
    const held = previous[ref.block]?.[ref.action];
    (values[ref.block] ??= {})[ref.action] = held?.type === element.type ? held : initialState(element);
  }
  return values;
}
