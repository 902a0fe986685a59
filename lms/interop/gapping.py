"""Text with gaps from other formats, parted as this house has it: what stands before the gaps is asked first."""

from lms.interop.draft import Draft, Fate, Gaps
from lms.interop.giving import Ledger
from lms.interop.prose.blocks import block_markdown
from lms.interop.prose.escaping import GAP
from lms.markup import to_html

AFTER = "What follows the last gap stands in one paragraph with it."


def gapped(html: str, gaps: tuple[tuple[str, ...], ...]) -> tuple[str, Gaps, list[str]]:
    """Return what is asked, the text with its gaps, and what was changed; `html` has a sign for each gap."""
    blocks = block_markdown(html).split("\n\n")
    with_gap = [place for place, block in enumerate(blocks) if GAP in block]
    if not with_gap:
        return html, Gaps((html,), ()), []
    first, last = with_gap[0], with_gap[-1]
    after = blocks[last + 1 :]
    middle = "\n\n".join(blocks[first : last + 1])
    if after:
        middle = "\\\n".join([middle, *("\\\n".join(block.split("\n")) for block in after)])
    pieces = tuple(to_html(middle).split(GAP))
    return to_html("\n\n".join(blocks[:first])), Gaps(pieces, gaps), [AFTER] if after else []


def in_one(draft: Draft, gaps: Gaps, ledger: Ledger) -> str:
    """Return what is asked and the text with a sign for each gap, as one text."""
    whole = "\n".join(filter(None, [draft.stem_html, GAP.join(gaps.pieces_html)]))
    is_itself = to_html(block_markdown(whole)) == whole
    if not is_itself or gapped(whole, gaps.gaps) != (draft.stem_html, gaps, []):
        ledger.lose(draft, "What is asked and the text with the gaps stand as one text there.", Fate.CHANGED)
    return whole
