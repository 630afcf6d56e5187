#!/usr/bin/env python3
"""Repeats a draw from its published frame: repeat_draw.py FRAME.csv SEED HOW_MANY. Prints the SHA-256 of the frame, then who was drawn."""
import hashlib
import sys


def minus_log2(u):
    """-log2(u / 2^64) in units of 2^-48, rounded up, by squaring: whole numbers alone."""
    whole = u.bit_length() - 1
    mantissa, log2 = u << (63 - whole), whole
    for _ in range(48):
        mantissa, log2 = mantissa * mantissa >> 63, log2 << 1
        if mantissa >> 64:
            mantissa, log2 = mantissa >> 1, log2 | 1
    return (64 << 48) - log2


def key(seed, row):
    u = int.from_bytes(hashlib.sha256(seed + row["id"].encode()).digest()[:8], "big")
    return (minus_log2(max(u, 1)) << 64) // int(row["weight"]), row["id"]


frame = open(sys.argv[1], "rb").read()
head, *lines = frame.decode().splitlines()
rows = [dict(zip(head.split(","), line.split(","))) for line in lines]
seed = bytes.fromhex(sys.argv[2])
print(hashlib.sha256(frame).hexdigest())
for row in sorted(rows, key=lambda row: key(seed, row))[: int(sys.argv[3])]:
    print(row["id"])
