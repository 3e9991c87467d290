import type { ComponentType } from "react";
import { ButtonControl, FeedbackControl } from "./ButtonControl";
import { ChoiceControl } from "./ChoiceControl";
import { DateControl } from "./DateControl";
import { OverflowControl } from "./OverflowControl";
import { SelectControl } from "./SelectControl";
import { TextControl } from "./TextControl";
import type { Slot } from "./slot";

const CONTROLS: Record<string, ComponentType<Slot & { labelledBy?: string }>> = {
  button: ButtonControl,
  workflow_button: ButtonControl,
  feedback_buttons: FeedbackControl,
  icon_button: FeedbackControl,
  overflow: OverflowControl,
  radio_buttons: ChoiceControl,
  checkboxes: ChoiceControl,
  datepicker: DateControl,
  timepicker: DateControl,
  datetimepicker: DateControl,
  plain_text_input: TextControl,
  rich_text_input: TextControl,
  number_input: TextControl,
  email_text_input: TextControl,
  url_text_input: TextControl,
};

export function isOperable(type: string): boolean {
  return type in CONTROLS || type.endsWith("_select");
}

/** The control for one interactive element. */
export function Control(slot: Slot & { labelledBy?: string }) {
  const { type } = slot.element;
  const Kind = CONTROLS[type] ?? (type.endsWith("_select") ? SelectControl : null);
  return Kind ? <Kind {...slot} /> : <p className="notice">The sandbox has no control for “{type}”.</p>;
}
