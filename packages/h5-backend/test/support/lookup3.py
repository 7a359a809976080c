"""HDF5's checksum, for scripts that make files."""

import struct


def lookup3(data):
    """Bob Jenkins' hash, as HDF5 has it."""
    mask, length = 0xFFFFFFFF, len(data)
    a = b = c = (0xDEADBEEF + length) & mask
    rot = lambda x, k: ((x << k) | (x >> (32 - k))) & mask
    at = 0
    while length > 12:
        x, y, z = struct.unpack("<3I", data[at : at + 12])
        a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
        for p, q, r in ((4, 6, 8), (16, 19, 4)):
            a = (a - c) & mask; a ^= rot(c, p); c = (c + b) & mask
            b = (b - a) & mask; b ^= rot(a, q); a = (a + c) & mask
            c = (c - b) & mask; c ^= rot(b, r); b = (b + a) & mask
        at, length = at + 12, length - 12
    if length:
        x, y, z = struct.unpack("<3I", data[at:].ljust(12, b"\0"))
        a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
        c ^= b; c = (c - rot(b, 14)) & mask
        a ^= c; a = (a - rot(c, 11)) & mask
        b ^= a; b = (b - rot(a, 25)) & mask
        c ^= b; c = (c - rot(b, 16)) & mask
        a ^= c; a = (a - rot(c, 4)) & mask
        b ^= a; b = (b - rot(a, 14)) & mask
        c ^= b; c = (c - rot(b, 24)) & mask
    return c
