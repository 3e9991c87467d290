"""What somebody may press under a request that they filed."""

from slack_sdk.models.blocks import Block, ConfirmObject

from handlers import blocks
from handlers.buttons import Button
from handlers.feature_request import ids

WITHDRAW_CONFIRM = ConfirmObject(
    title="Withdraw this request?",
    text="It stops counting at once. The gap stays.",
    confirm="Withdraw",
    deny="Keep it",
    style="danger",
)


def request_buttons(*, request_id: int, gap_id: int, block_id: str) -> Block:
    """*Edit*, *Withdraw*, *Open* for a request that somebody filed."""
    return blocks.actions(
        blocks.button("Edit", action_id=Button.EDIT_REQUEST, value=str(request_id), spoken="Edit this request"),
        blocks.button(
            "Withdraw",
            action_id=ids.Action.WITHDRAW,
            value=str(request_id),
            confirm=WITHDRAW_CONFIRM,
            spoken="Withdraw this request",
        ),
        blocks.button("Open", action_id=Button.OPEN_GAP, value=str(gap_id), spoken="Open the gap"),
        block_id=block_id,
    )
