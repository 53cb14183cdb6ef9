"""How does Python talk to valgrind without a compiled extension? In 28 bytes of machine code that do nothing elsewhere.

A client request is a rotation by 128 bits in all and an instruction without effect; valgrind knows the sequence and
finds the request's address in a register (``valgrind.h``; x86-64, and aarch64 as documented there, not tried by us).
"""

from __future__ import annotations

import ctypes
import mmap
import platform
import struct
import sys
from typing import Final

_TOOL: Final = ord("C") << 24 | ord("T") << 16
RUNNING_ON_VALGRIND: Final = 0x1001
ZERO_STATS: Final = _TOOL + 1
DUMP_STATS_AT: Final = _TOOL + 3
START: Final = _TOOL + 4
STOP: Final = _TOOL + 5

_ARM_ROTATIONS: Final = (3, 13, 51, 61)

_X86_64: Final = (
    b"\x48\x89\xf8\x31\xd2"  # mov rax, rdi; xor edx, edx
    b"\x48\xc1\xc7\x03\x48\xc1\xc7\x0d\x48\xc1\xc7\x3d\x48\xc1\xc7\x33"  # rol rdi, 3; 13; 61; 51
    b"\x48\x87\xdb\x48\x89\xd0\xc3"  # xchg rbx, rbx; mov rax, rdx; ret
)


def _arm() -> bytes:
    words = [0xAA0003E4, 0xD2800003]  # mov x4, x0; mov x3, #0
    # ror x12, x12, #n is extr x12, x12, x12, #n
    words += [0x93C00000 | 12 << 16 | bits << 10 | 12 << 5 | 12 for bits in _ARM_ROTATIONS]
    words += [0xAA0A014A, 0xAA0303E0, 0xD65F03C0]  # orr x10, x10, x10; mov x0, x3; ret
    return struct.pack(f"<{len(words)}I", *words)


def machine_code() -> bytes | None:
    """Return the code for this machine; None for another processor, system or C library (valgrind knows glibc best)."""
    if sys.platform != "linux" or sys.maxsize <= 2**32 or platform.libc_ver()[0] != "glibc":
        return None
    return {"x86_64": _X86_64, "amd64": _X86_64, "aarch64": _arm()}.get(platform.machine().lower())


class Client:
    """Makes client requests.

    Raises:
        OSError: the machine has no code for it, or the system forbids memory that is written and then run.
    """

    def __init__(self) -> None:
        code = machine_code()
        if code is None:
            raise OSError("no client requests on this machine")
        self._page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._page.write(code)
        place = ctypes.addressof(ctypes.c_char.from_buffer(self._page))
        self._call = ctypes.CFUNCTYPE(ctypes.c_ulong, ctypes.c_void_p)(place)
        self._arguments = (ctypes.c_ulong * 6)()

    def ask(self, request: int, argument: int = 0) -> int:
        """Make a request and return its answer: 0 where nobody listens."""
        self._arguments[0] = request
        self._arguments[1] = argument
        answer: int = self._call(ctypes.addressof(self._arguments))
        return answer
