"""What can go wrong, as users see it: one sentence that says what, where and how to mend it, and the exit code."""

from __future__ import annotations

import errno

REASONS = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "是文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.ENAMETOOLONG: "名称太长",
    errno.EIO: "磁盘读写出错",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}
"""What the operating system says most often."""


def why(error: Exception) -> str:
    """What was wrong with a file or address, in a few Chinese words; what is not known, as the operating system says it."""
    number = error.errno if isinstance(error, OSError) else None
    return REASONS.get(number or 0) or getattr(error, "strerror", None) or str(error)


class CluesError(Exception):
    """Base of every error that a user can mend. `str()` is the sentence; `exit_code` is that of the command."""

    exit_code = 1


class UsageProblem(CluesError):
    """The call or a setting is wrong."""

    exit_code = 2


class StoreError(CluesError):
    """The case store cannot be opened or used."""


class SheetError(CluesError):
    """A file or one of its sheets cannot be read as a whole (a single bad cell only rejects its row)."""
