import { MoreIcon } from "../components/icons";
import { useSurfaceHere } from "../surface";
import { Menu } from "./Menu";
import type { Slot } from "./slot";

export function OverflowControl({ element, reference, label }: Slot) {
  const surface = useSurfaceHere();
  return (
    <Menu
      label={label ?? "More options"}
      className="btn btn-icon"
      trigger={<MoreIcon />}
      items={(element.options ?? []).map((option) => ({
        key: option.value,
        label: option.text.text,
        detail: option.description?.text,
        href: option.url && /^https?:/i.test(option.url) ? option.url : undefined,
        onChoose: () => surface.press({ ref: reference, element, action: { selected_option: option } }),
      }))}
    />
  );
}
