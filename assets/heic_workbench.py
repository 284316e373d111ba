"""The child process for HEIC, the pictures of phones: the same work with one more decoder.

It is a bench of its own, because that decoder is large and few pictures need it. It decodes on one
thread, so that a picture fits the memory of the child; thumbnails, depth and auxiliary pictures
inside the file are never decoded; the library's own limits of size stay on.
"""

from __future__ import annotations

import pillow_heif

from assets import workbench


def main() -> None:
    """Serve until the parent closes the pipe."""
    pillow_heif.register_heif_opener(
        decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
    )
    workbench.main()


if __name__ == "__main__":
    main()
