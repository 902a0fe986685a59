"""Why a file from outside cannot be used at all: one error for every reader."""


class RefusedFileError(ValueError):
    """The whole file is refused; `what` and `cure` are sentences, `line` is 0 where there is none."""

    def __init__(self, what: str, cure: str, line: int = 0) -> None:
        super().__init__(f"{what} {cure}")
        self.what, self.cure, self.line = what, cure, line
