"""A course made ready as the version it would be once published; pure."""

from lms.content.differences import Version
from lms.content.release import Ready
from lms.content.storing import activity_from_plain, course_from_plain, unpacked


def version_of(ready: Ready) -> Version:
    """Return what `ready` holds, as its release would be read back."""
    course = course_from_plain(
        unpacked(ready.front.body, {}),
        tuple(activity_from_plain(unpacked(body.body, {})) for _, body in ready.activities),
        slug=ready.slug,
        release_id=0,
        number=0,
        release_hash=ready.hash,
    )
    return Version(course, {media.path: media.hash for media in ready.media})
