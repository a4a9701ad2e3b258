"""Pictures that people send: encoded anew, which drops all that hides in them."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_PIXELS = 40_000_000


class Unusable(Exception):
    """A file is not kept; the text says why."""


def webp(content: bytes, *, longest: int, is_square: bool = False) -> bytes:
    """The picture, upright, as WebP with no side longer than so many pixels; its middle where it must be square."""
    try:
        with Image.open(io.BytesIO(content)) as image:
            if image.width * image.height > LARGEST_PIXELS:
                raise Unusable("The picture is too large to be shown.")
            upright = ImageOps.exif_transpose(image)
            if is_square:
                upright = ImageOps.fit(upright, (min(upright.size),) * 2)
            upright.thumbnail((longest, longest))
            shown = upright.convert("RGBA" if "A" in upright.getbands() or upright.mode == "P" else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Unusable("The picture is damaged or of a kind that cannot be shown.") from error
    written = io.BytesIO()
    shown.save(written, "WEBP", quality=85)
    return written.getvalue()
