import { useId, useMemo } from "react";
import { type Block, type Element, words } from "../blockkit";
import { Control, isOperable } from "../controls/Control";
import { blockId } from "../forms/state";
import { type Surface, SurfaceProvider } from "../surface";
import { ConfirmDialog } from "./ConfirmDialog";
import { Rendered } from "./Rendered";

/** A message's or view's blocks: what is shown comes from the renderer, what is operated are our own controls. */
export function Blocks({ blocks, surface }: { blocks: Block[]; surface: Surface }) {
  return (
    <SurfaceProvider value={surface}>
      <div className="blocks">
        {blocks.map((block, index) => (
          <OneBlock key={blockId(block, index)} block={block} id={blockId(block, index)} surface={surface} />
        ))}
      </div>
      {surface.asking && <ConfirmDialog {...surface.asking} />}
    </SurfaceProvider>
  );
}

function OneBlock({ block, id, surface }: { block: Block; id: string; surface: Surface }) {
  switch (block.type) {
    case "input":
      return <InputBlock block={block} id={id} error={surface.errors[id]} />;
    case "actions":
    case "context_actions":
      return (
        <div className="actions">
          {block.elements?.map((element) => (
            <Control key={element.action_id} {...slotOf(element, id)} />
          ))}
        </div>
      );
    case "section":
      if (block.accessory && isOperable(block.accessory.type)) return <SectionBlock block={block} id={id} />;
      return <Rendered block={block} />;
    default:
      return <Rendered block={block} press={surface.press} />;
  }
}

function slotOf(element: Element, block: string, label?: string) {
  const name = element.placeholder?.text ?? label ?? undefined;
  return {
    element,
    reference: { block, action: element.action_id },
    dispatches: true,
    label: element.type === "button" ? undefined : name,
  };
}

function SectionBlock({ block, id }: { block: Block; id: string }) {
  const text = useId();
  const { accessory } = block;
  const rest = useMemo(() => ({ ...block, accessory: undefined }) as unknown as Block, [block]);
  if (!accessory) return null;
  const stacked = accessory.type === "radio_buttons" || accessory.type === "checkboxes";
  const subject = words(block.text).replace(/[*_~`]/g, "").split("\n")[0];
  const label = accessory.type === "overflow" ? `More options: ${subject}` : subject;
  return (
    <div className={stacked ? "section-stacked" : "section-row"}>
      <Rendered block={rest} id={text} />
      <Control {...slotOf(accessory, id, label)} describedBy={text} />
    </div>
  );
}

const GROUPS = new Set(["radio_buttons", "checkboxes"]);

function InputBlock({ block, id, error }: { block: Block; id: string; error: string | undefined }) {
  const control = useId();
  const { element } = block;
  if (!element) return null;
  const [labelId, hintId, errorId] = [`${control}-label`, `${control}-hint`, `${control}-error`];
  const group = GROUPS.has(element.type);
  const Label = group ? "div" : "label";
  return (
    <div className="input-block" data-fault={error ? id : undefined}>
      <Label id={labelId} {...(group ? {} : { htmlFor: control })} className="input-label">
        {words(block.label)}
        {block.optional && <span className="input-optional"> (optional)</span>}
      </Label>
      <Control
        element={element}
        reference={{ block: id, action: element.action_id }}
        dispatches={block.dispatch_action ?? false}
        id={control}
        {...(group ? { labelledBy: labelId } : {})}
        describedBy={[error && errorId, block.hint && hintId].filter(Boolean).join(" ") || undefined}
        invalid={!!error}
        optional={block.optional ?? false}
      />
      {error && (
        <p id={errorId} className="input-error">
          {error}
        </p>
      )}
      {block.hint && (
        <p id={hintId} className="input-hint">
          {block.hint.text}
        </p>
      )}
    </div>
  );
}
