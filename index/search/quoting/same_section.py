"""What stands in the same section as a sentence: the list that a question for several things is after.

"The model has seven layers." is the sentence that looks most like "the layers in order"; they stand in the list further
down, which nothing right above it introduces.
"""

from index.document import Block, BlockKind, Document
from index.text.structure import group_of

REACH = 40
"""Blocks on either side that are looked at: what stands further away is no longer beside a sentence."""


def section_of(document: Document, block: Block) -> tuple[Block, ...]:
    """The blocks between the heading above `block` and the next heading, whatever their levels, as far as is near."""
    blocks, at = document.blocks, document.position(block)
    first = last = at
    while first > max(0, at - REACH) and blocks[first - 1].kind is not BlockKind.HEADING:
        first -= 1
    while last + 1 < min(len(blocks), at + REACH + 1) and blocks[last + 1].kind is not BlockKind.HEADING:
        last += 1
    return blocks[first : last + 1]


def only_list(document: Document, block: Block) -> tuple[Block, ...]:
    """The items of the one list in the section of `block`, none where it has several, or is of it itself."""
    found = {one.group: one for one in section_of(document, block) if one.kind is BlockKind.ITEM and one.group}
    if len(found) != 1 or block.group in found:
        return ()
    items = group_of(document, next(iter(found.values())))
    return items if len(items) > 1 else ()
