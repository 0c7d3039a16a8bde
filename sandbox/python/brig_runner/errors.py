"""An exception of the user's code as {type, message, line, column, traceback, hint, limit}."""

from .hints import hint, limit
from .value_errors import class_name

MESSAGE_KEPT = 8_000
TRACEBACK_KEPT = 24_000
LINE_KEPT = 200
FRAMES_KEPT = 20
CHAIN_KEPT = 8
GROUP_KEPT = 10


class Report:
    """Describes exceptions in terms of one source file: frames of other files aren't the user's."""

    def __init__(self, file: str, text: str, services: list[str]) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.services = services

    def error(self, error: BaseException) -> dict:
        """The fields of a failed result. Lines and columns count from 1, columns in characters."""
        try:
            line, column = self.place(error)
            return {
                "type": clean(class_name(type(error))),
                "message": clean(cut(message(error), MESSAGE_KEPT)),
                "line": line,
                "column": column,
                "traceback": clean(cut("\n".join(self.chain(error, set(), 0)), TRACEBACK_KEPT)),
                "hint": hint(error, self.services),
                "limit": limit(error),
            }
        except BaseException as fault:  # the exception's own methods are the user's code too
            return {
                "type": clean(class_name(type(error))),
                "message": f"(the exception could not be described: {class_name(type(fault))})",
                "line": None,
                "column": None,
                "traceback": "",
                "hint": None,
                "limit": None,
            }

    def place(self, error: BaseException) -> tuple[int | None, int | None]:
        """Line and column of the innermost frame in the user's file."""
        if isinstance(error, SyntaxError) and error.filename == self.file and not self.frames(error):
            return error.lineno, error.offset
        frames = self.frames(error)
        return frames[-1][:2] if frames else (None, None)

    def frames(self, error: BaseException) -> list[tuple[int, int | None, int | None, str]]:
        """The user's frames, outermost first, as (line, column, end column on that line, name)."""
        found = []
        step = error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if code.co_filename == self.file:
                found.append((step.tb_lineno, *self.columns(code, step.tb_lasti, step.tb_lineno), code.co_qualname))
            step = step.tb_next
        return found

    def columns(self, code: object, instruction: int, line: int) -> tuple[int | None, int | None]:
        for index, (first, last, start, end) in enumerate(code.co_positions()):
            if index == instruction // 2:
                if first != line or start is None:
                    return None, None
                text = self.source(line).encode("utf-8", "surrogatepass")
                # The compiler counts bytes.
                count = lambda offset: len(text[:offset].decode("utf-8", "replace")) + 1  # noqa: E731
                return count(start), count(end) if last == line and end is not None else None
        return None, None

    def source(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def chain(self, error: BaseException, seen: set[int], depth: int) -> list[str]:
        """The traceback's lines, causes first, as Python prints them."""
        seen.add(id(error))
        lines: list[str] = []
        cause = error.__cause__
        context = None if error.__suppress_context__ else error.__context__
        before = cause if cause is not None else context
        if before is not None and id(before) not in seen and depth < CHAIN_KEPT:
            lines += self.chain(before, seen, depth + 1)
            lines += [
                "",
                "The above exception was the direct cause of the following exception:"
                if cause is not None
                else "During handling of the above exception, another exception occurred:",
                "",
            ]
        frames = self.frames(error)
        if frames:
            lines.append("Traceback (most recent call last):")
            lines += self.frame_lines(frames)
        lines += self.last_lines(error)
        if isinstance(error, BaseExceptionGroup):
            lines += self.group(error, seen, depth)
        return lines

    def frame_lines(self, frames: list[tuple[int, int | None, int | None, str]]) -> list[str]:
        lines = []
        for index, (line, column, end, name) in enumerate(frames):
            if len(frames) > 2 * FRAMES_KEPT and FRAMES_KEPT <= index < len(frames) - FRAMES_KEPT:
                if index == FRAMES_KEPT:
                    lines.append(f"  [{len(frames) - 2 * FRAMES_KEPT} more frames]")
                continue
            lines.append(f'  File "{self.file}", line {line}, in {name}')
            lines += self.excerpt(line, column, end)
        return lines

    def excerpt(self, line: int, column: int | None, end: int | None) -> list[str]:
        """The source line, and carets when they say more than the line."""
        text = self.source(line).rstrip()
        bare = text.lstrip()
        if not bare:
            return []
        indent = len(text) - len(bare)
        lines = ["    " + (bare if len(bare) <= LINE_KEPT else bare[:LINE_KEPT] + "…")]
        if column is not None and end is not None and 0 < end - column < len(bare) and end - indent <= LINE_KEPT:
            lines.append("    " + " " * (column - 1 - indent) + "^" * (end - column))
        return lines

    def last_lines(self, error: BaseException) -> list[str]:
        if isinstance(error, SyntaxError) and error.filename == self.file and error.lineno is not None:
            lines = [f'  File "{self.file}", line {error.lineno}']
            end = error.end_offset if error.end_lineno == error.lineno else None
            if error.offset is not None:
                lines += self.excerpt(error.lineno, error.offset, max(end or 0, error.offset + 1))
            return [*lines, f"SyntaxError: {error.msg}"]
        kind = type(error)
        name = kind.__qualname__
        if kind.__module__ not in ("builtins", "__main__", "functions", self.file.removesuffix(".py")):
            name = f"{kind.__module__}.{name}"
        text = cut(message(error), MESSAGE_KEPT)
        lines = [f"{name}: {text}" if text else str(name)]
        notes = getattr(error, "__notes__", None)
        return lines + [str(note) for note in notes] if isinstance(notes, list) else lines

    def group(self, error: BaseExceptionGroup, seen: set[int], depth: int) -> list[str]:
        lines = []
        for index, part in enumerate(error.exceptions[:GROUP_KEPT]):
            lines.append(f"  +---------------- {index + 1} ----------------")
            if depth < CHAIN_KEPT and id(part) not in seen:
                lines += ["  | " + line for line in self.chain(part, seen, depth + 1)]
        if len(error.exceptions) > GROUP_KEPT:
            lines.append(f"  +---------------- and {len(error.exceptions) - GROUP_KEPT} more exceptions")
        return lines


def message(error: BaseException) -> str:
    """What the exception says of itself."""
    if isinstance(error, SystemExit):
        code = error.code
        if isinstance(code, (int, type(None))):
            return f"the program ended itself with exit code {code or 0:d}"
        return f"the program ended itself: {code}"
    if isinstance(error, SyntaxError) and error.msg is not None:
        return str(error.msg)
    try:
        return str(error)
    except Exception as fault:
        return f"(its str() raised {class_name(type(fault))})"


def cut(text: str, limit: int) -> str:
    """Head and tail of a text, with what was left out in between."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters cut …\n{text[-half:]}"


def clean(text: str) -> str:
    """The text without lone surrogates, which UTF-8 can't hold."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")

