#!/usr/bin/env python3
"""Makes the *.json files beside it: `python3 core/tests/vectors/make.py` (needs libsodium's shared library).

Two kinds of case. *Published*: typed in from the source that the file names; this script only checks them. *Made*:
computed here. Either way a case is written only if two independent computations agree on it: libsodium, reached through
ctypes, and Python's own integers or hashlib. Saltbox is not one of the two.

Deterministic: running it again changes nothing.
"""

import ctypes
import ctypes.util
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent
SODIUM = ctypes.CDLL(ctypes.util.find_library("sodium"))
assert SODIUM.sodium_init() >= 0
SODIUM.sodium_version_string.restype = ctypes.c_char_p
assert SODIUM.sodium_version_string() == b"1.0.18", "the verdicts in these files are 1.0.18's"
MADE = "made by make.py; libsodium 1.0.18 and an independent computation in Python agree"


def u(text):
    return bytes.fromhex(text)


def le(data):
    return int.from_bytes(data, "little")


class Stream:
    """Bytes that look random and are the same in every run: SHA-256 in counter mode under a label."""

    def __init__(self, label):
        self.label, self.count = label.encode(), 0

    def take(self, length):
        out = b""
        while len(out) < length:
            out += hashlib.sha256(self.label + self.count.to_bytes(8, "little")).digest()
            self.count += 1
        return out[:length]


# ---- libsodium ----------------------------------------------------------------------------------------------------


def call(name, out_len, *args):
    """Calls `name(out, args...)`; bytes go as pointers, int as unsigned long long. None if it refuses."""
    out = ctypes.create_string_buffer(max(out_len, 1))
    plain = [ctypes.c_ulonglong(a) if isinstance(a, int) else a for a in args]
    return out.raw[:out_len] if getattr(SODIUM, name)(out, *plain) == 0 else None


def secretbox(key, nonce, message):
    return call("crypto_secretbox_easy", len(message) + 16, message, len(message), nonce, key)


def secretbox_open(key, nonce, sealed):
    return call("crypto_secretbox_open_easy", len(sealed) - 16, sealed, len(sealed), nonce, key)


def xsalsa20(key, nonce, length):
    return call("crypto_stream_xsalsa20", length, length, nonce, key)


def onetimeauth(key, message):
    return call("crypto_onetimeauth_poly1305", 16, message, len(message), key)


def scalarmult(secret, public):
    return call("crypto_scalarmult_curve25519", 32, secret, public)


def beforenm(public, secret):
    return call("crypto_box_beforenm", 32, public, secret)


def ed25519_key(seed):
    secret = ctypes.create_string_buffer(64)
    public = ctypes.create_string_buffer(32)
    assert SODIUM.crypto_sign_seed_keypair(public, secret, seed) == 0
    return public.raw, secret.raw


def ed25519_sign(seed, message):
    out = ctypes.create_string_buffer(64)
    assert (
        SODIUM.crypto_sign_detached(out, None, message, ctypes.c_ulonglong(len(message)), ed25519_key(seed)[1]) == 0
    )
    return out.raw


def ed25519_verify(public, message, signature):
    return (
        SODIUM.crypto_sign_verify_detached(signature, message, ctypes.c_ulonglong(len(message)), public) == 0
    )


def generichash(key, message, out_len):
    out = ctypes.create_string_buffer(out_len)
    assert (
        SODIUM.crypto_generichash_blake2b(
            out, ctypes.c_size_t(out_len), message, ctypes.c_ulonglong(len(message)), key, ctypes.c_size_t(len(key))
        )
        == 0
    )
    return out.raw


# ---- the same in Python's integers ------------------------------------------------------------------------------


P1305 = 2**130 - 5


def clamp_r(key):
    return le(key[:16]) & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF


def poly1305(key, message):
    r, h = clamp_r(key), 0
    for at in range(0, len(message), 16):
        h = (h + le(message[at : at + 16] + b"\1")) * r % P1305
    return ((h + le(key[16:32])) % 2**128).to_bytes(16, "little")


def rotate(word, by):
    return ((word << by) | (word >> (32 - by))) & 0xFFFFFFFF


def salsa20_rounds(block):
    x = list(block)

    def quarter(a, b, c, d):
        x[b] ^= rotate((x[a] + x[d]) & 0xFFFFFFFF, 7)
        x[c] ^= rotate((x[b] + x[a]) & 0xFFFFFFFF, 9)
        x[d] ^= rotate((x[c] + x[b]) & 0xFFFFFFFF, 13)
        x[a] ^= rotate((x[d] + x[c]) & 0xFFFFFFFF, 18)

    for _ in range(10):
        quarter(0, 4, 8, 12), quarter(5, 9, 13, 1), quarter(10, 14, 2, 6), quarter(15, 3, 7, 11)
        quarter(0, 1, 2, 3), quarter(5, 6, 7, 4), quarter(10, 11, 8, 9), quarter(15, 12, 13, 14)
    return x


def salsa20_block(key, sixteen):
    words = lambda data: [le(data[i : i + 4]) for i in range(0, len(data), 4)]
    c, k, n = words(b"expand 32-byte k"), words(key), words(sixteen)
    return [c[0], *k[:4], c[1], *n, c[2], *k[4:], c[3]]


def pack(words):
    return b"".join(word.to_bytes(4, "little") for word in words)


def hsalsa20(key, sixteen):
    x = salsa20_rounds(salsa20_block(key, sixteen))
    return pack([x[0], x[5], x[10], x[15], x[6], x[7], x[8], x[9]])


def model_xsalsa20(key, nonce, length):
    subkey, out = hsalsa20(key, nonce[:16]), b""
    for counter in range(-(-length // 64)):
        block = salsa20_block(subkey, nonce[16:] + counter.to_bytes(8, "little"))
        out += pack((a + b) & 0xFFFFFFFF for a, b in zip(block, salsa20_rounds(block)))
    return out[:length]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def model_secretbox(key, nonce, message):
    stream = model_xsalsa20(key, nonce, 32 + len(message))
    body = xor(stream[32:], message)
    return poly1305(stream[:32], body) + body


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def model_x25519(secret, public):
    """RFC 7748, section 5."""
    k = le(secret) & (2**254 - 8) | 2**254
    x1 = le(public) % 2**255 % P
    x2, z2, x3, z3, swap = 1, 0, x1, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a % P, c * b % P, a * a % P, b * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, z2 = x3, z3
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def ed_add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2 % P
    return (
        (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P,
        (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P,
    )


def ed_mul(k, point):
    out = (0, 1)
    while k:
        if k & 1:
            out = ed_add(out, point)
        point, k = ed_add(point, point), k >> 1
    return out


def ed_neg(point):
    return (-point[0] % P, point[1])


def ed_x(y, sign):
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * ROOT % P
    if x * x % P != xx:
        return None
    return P - x if x % 2 != sign and x else x


def ed_decode(data):
    """Laxly: y is reduced, and the sign of x = 0 is ignored."""
    y = le(data) % 2**255 % P
    x = ed_x(y, data[31] >> 7)
    return None if x is None else (x, y)


def ed_encode(point):
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


BASE = (ed_x(4 * pow(5, -1, P) % P, 0), 4 * pow(5, -1, P) % P)
IDENTITY = (0, 1)


def challenge(r, a, message):
    return le(hashlib.sha512(r + a + message).digest()) % L


def model_verify(public, message, signature):
    """Cofactorless, strict in S, in A (canonical, not small) and in R (not small); R is compared as bytes."""
    r, s = signature[:32], le(signature[32:])
    a, decoded_r = ed_decode(public), ed_decode(r)
    if s >= L or a is None or le(public) % 2**255 >= P or ed_mul(8, a) == IDENTITY:
        return False
    if decoded_r is not None and ed_mul(8, decoded_r) == IDENTITY:
        return False
    k = challenge(r, public, message)
    return ed_encode(ed_add(ed_mul(s, BASE), ed_mul(k, ed_neg(a)))) == r


def model_sign(seed, message):
    h = hashlib.sha512(seed).digest()
    a, prefix = le(h[:32]) & (2**254 - 8) | 2**254, h[32:]
    public = ed_encode(ed_mul(a, BASE))
    r = le(hashlib.sha512(prefix + message).digest()) % L
    big_r = ed_encode(ed_mul(r, BASE))
    s = (r + challenge(big_r, public, message) * a) % L
    return public, big_r + s.to_bytes(32, "little")


# ---- files -------------------------------------------------------------------------------------------------------


def write(name, algorithm, source, cases):
    ids = [case["id"] for case in cases]
    assert cases and len(set(ids)) == len(ids), name
    rows = []
    for case in cases:
        plain = {key: value.hex() if isinstance(value, bytes) else value for key, value in case.items()}
        rows.append("    " + json.dumps(plain, ensure_ascii=True))
    text = '{\n  "source": %s,\n  "algorithm": %s,\n  "cases": [\n%s\n  ]\n}\n' % (
        json.dumps(source),
        json.dumps(algorithm),
        ",\n".join(rows),
    )
    json.loads(text)
    (HERE / f"{name}.json").write_text(text)
    print(f"{name}.json: {len(cases)} cases, {len(text)} bytes")


FIRSTKEY = u("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389")
PAPER_NONCE = u("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37")
PAPER_MESSAGE = u(
    "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f4"
    "1db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52"
    "f0a089bc76897040e082f937763848645e0705"
)
PAPER_SEALED = u(
    "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b"
    "4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da"
    "99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5"
)
ALICE = u("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
ALICE_PUBLIC = u("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
BOB = u("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
BOB_PUBLIC = u("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
ALICE_BOB = u("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")


def x25519_case(name, secret, public, raw=None):
    agreed = model_x25519(secret, public)
    assert raw in (None, agreed), name
    assert scalarmult(secret, public) == (None if agreed == bytes(32) else agreed), name
    weak = agreed == bytes(32)
    key = b"" if weak else hsalsa20(agreed, bytes(16))
    assert weak or beforenm(public, secret) == key, name
    return {
        "id": name,
        "secret": secret,
        "public": public,
        "raw": b"" if weak else agreed,
        "box_key": key,
        "result": "weak_key" if weak else "ok",
    }


def x25519():
    nine = (9).to_bytes(32, "little")
    write(
        "x25519",
        "x25519",
        "RFC 7748, sections 5.2 and 6.1; box_key is HSalsa20 of raw",
        [
            x25519_case(
                "rfc7748_5_2_1",
                u("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
                u("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
                u("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"),
            ),
            x25519_case(
                "rfc7748_5_2_2",
                u("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
                u("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"),
                u("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"),
            ),
            x25519_case(
                "rfc7748_5_2_iterated_1",
                nine,
                nine,
                u("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"),
            ),
            x25519_case("rfc7748_6_1_alice", ALICE, BOB_PUBLIC, ALICE_BOB),
            x25519_case("rfc7748_6_1_bob", BOB, ALICE_PUBLIC, ALICE_BOB),
        ],
    )
    assert beforenm(BOB_PUBLIC, ALICE) == FIRSTKEY

    random, cases = Stream("x25519 edges"), []
    # Every u whose point has an order of 8 or less on the curve or its twist, in every form that fits 255 bits.
    order_8 = [
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
    ]
    low = [0, 1, P - 1, *order_8]
    assert {value.to_bytes(32, "little") for value in order_8} == {
        u("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
        u("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    }
    for value in [*low, P, P + 1]:
        for high in (0, 1):
            public = (value | high << 255).to_bytes(32, "little")
            name = f"low_order_{value if value < 2 else 'p_minus_1' if value == P - 1 else 'p' if value == P else 'p_plus_1' if value == P + 1 else 'order_8_' + str(value % 10)}"
            case = x25519_case(name + ("_high_bit" if high else ""), random.take(32), public)
            assert case["result"] == "weak_key"
            cases.append(case)
    for extra in range(2, 19):
        public = (P + extra).to_bytes(32, "little")
        cases.append(x25519_case(f"not_canonical_p_plus_{extra}", random.take(32), public))
    for value in (2, 3, 4, 5, 6, P - 2, P - 3, P - 4, 2**254, 2**255 - 20 - 2**40):
        y2 = (value**3 + 486662 * value**2 + value) % P
        where = "curve" if pow(y2, (P - 1) // 2, P) == 1 else "twist"
        named = value if value < 10 else f"p_minus_{P - value}" if P - value < 10 else f"{value % 2**255:x}"[:8]
        cases.append(x25519_case(f"{where}_{named}", random.take(32), value.to_bytes(32, "little")))
    for secret, name in ((bytes(32), "zeros"), (b"\xff" * 32, "ones"), (bytes(31) + b"\x40", "one_bit")):
        cases.append(x25519_case(f"secret_of_{name}", secret, BOB_PUBLIC))
    for index in range(6):
        cases.append(x25519_case(f"random_{index}", random.take(32), random.take(32)))
    write("x25519_edges", "x25519", "low order, not canonical, on the twist; " + MADE, cases)

    cases = [
        {"id": "rfc7748_6_1_alice", "secret": ALICE, "public": ALICE_PUBLIC},
        {"id": "rfc7748_6_1_bob", "secret": BOB, "public": BOB_PUBLIC},
    ]
    for case in cases:
        assert model_x25519(case["secret"], nine) == scalarmult(case["secret"], nine) == case["public"]
    write("x25519_base", "x25519_base", "RFC 7748, section 6.1", cases)


def secret_box_case(name, key, nonce, message):
    sealed = secretbox(key, nonce, message)
    assert sealed == model_secretbox(key, nonce, message), name
    return {"id": name, "key": key, "nonce": nonce, "message": message, "sealed": sealed}


def secret_box():
    paper = secret_box_case("nacl_paper", FIRSTKEY, PAPER_NONCE, PAPER_MESSAGE)
    assert paper["sealed"] == PAPER_SEALED
    write("secret_box", "secret_box", "Bernstein, Cryptography in NaCl (2009), sections 7 to 10", [paper])
    box = {
        "id": "nacl_paper",
        "sender_secret": ALICE,
        "sender_public": ALICE_PUBLIC,
        "receiver_secret": BOB,
        "receiver_public": BOB_PUBLIC,
        "box_key": FIRSTKEY,
        "nonce": PAPER_NONCE,
        "message": PAPER_MESSAGE,
        "sealed": PAPER_SEALED,
    }
    source = "Bernstein, Cryptography in NaCl (2009), sections 2 to 10"
    write("public_box", "public_box", source, [box])

    random, cases = Stream("secret box lengths"), []
    for length in (0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 95, 96, 97, 127, 128, 129, 255, 256, 257, 512):
        cases.append(
            secret_box_case(f"length_{length}", random.take(32), random.take(24), random.take(length))
        )
    write("secret_box_lengths", "secret_box", "around the blocks of Salsa20 and Poly1305; " + MADE, cases)

    write("secret_box_edges", "secret_box", EDGES + MADE, list(poly1305_edges()))

    cases = []
    for name, place, bit in (("tag_first_bit", 0, 0), ("tag_last_bit", 15, 7), ("body_first_bit", 16, 0),
                             ("body_last_bit", 146, 7)):
        broken = bytearray(PAPER_SEALED)
        broken[place] ^= 1 << bit
        cases.append({"id": name, "key": FIRSTKEY, "nonce": PAPER_NONCE, "sealed": bytes(broken)})
    nonce = bytes([PAPER_NONCE[0] ^ 1]) + PAPER_NONCE[1:]
    cases.append({"id": "nonce_bit", "key": FIRSTKEY, "nonce": nonce, "sealed": PAPER_SEALED})
    key = FIRSTKEY[:31] + bytes([FIRSTKEY[31] ^ 0x80])
    cases.append({"id": "key_bit", "key": key, "nonce": PAPER_NONCE, "sealed": PAPER_SEALED})
    cases.append({"id": "cut_by_1", "key": FIRSTKEY, "nonce": PAPER_NONCE, "sealed": PAPER_SEALED[:-1]})
    cases.append({"id": "longer_by_1", "key": FIRSTKEY, "nonce": PAPER_NONCE, "sealed": PAPER_SEALED + b"\0"})
    cases.append({"id": "tag_only", "key": FIRSTKEY, "nonce": PAPER_NONCE, "sealed": PAPER_SEALED[:16]})
    for case in cases:
        assert secretbox_open(case["key"], case["nonce"], case["sealed"]) is None
    for name, length in (("empty", 0), ("shorter_than_a_tag", 15)):
        cases.append({"id": name, "key": FIRSTKEY, "nonce": PAPER_NONCE, "sealed": PAPER_SEALED[:length]})
    write("secret_box_forged", "secret_box_forged", "the box of the NaCl paper, changed; libsodium refuses each", cases)


EDGES = (
    "ciphertexts chosen so that Poly1305's accumulator, modulo p = 2^130 - 5, ends (or passes) at an edge where "
    "carries or the last reduction go wrong; "
)


def poly1305_edges():
    """Chooses one block so that the accumulator is `target` after block `at`; the others are random or all ones."""
    random = Stream("poly1305 edges")
    targets = {
        "p_minus_1": P1305 - 1, "p_minus_2": P1305 - 2, "p": 0, "p_plus_1": 1, "p_plus_4": 4, "5": 5,
        "2_128_minus_1": 2**128 - 1, "2_128": 2**128, "2_128_plus_1": 2**128 + 1, "2_129_minus_1": 2**129 - 1,
        "2_129": 2**129, "2_26_minus_1": 2**26 - 1, "2_44_minus_1": 2**44 - 1, "2_64_minus_1": 2**64 - 1,
        "2_104_minus_1": 2**104 - 1, "3_times_2_128": 3 * 2**128,
    }  # fmt: skip
    for name, target in targets.items():
        yield choose(f"ends_at_{name}", random, 3, 2, lambda key, t=target: t)
        yield choose(f"passes_{name}", random, 4, 2, lambda key, t=target: t)
        yield choose(f"then_one_byte_{name}", random, 3, 2, lambda key, t=target: t, tail=1)
    # The last addition, of s, modulo 2^128.
    yield choose("tag_is_zero", random, 3, 2, lambda key: -le(key[16:]) % 2**128)
    yield choose("tag_is_ones", random, 3, 2, lambda key: (2**128 - 1 - le(key[16:])) % 2**128)
    yield choose("tag_is_one", random, 3, 2, lambda key: (1 - le(key[16:])) % 2**128)


def choose(name, random, blocks, at, target, tail=0):
    key, nonce = random.take(32), random.take(24)
    stream = model_xsalsa20(key, nonce, 32 + 16 * blocks + tail)
    tag_key = stream[:32]
    r = clamp_r(tag_key)
    while True:
        body = [random.take(16) for _ in range(at)] + [b"\xff" * 16] * (blocks - at - 1)
        h = 0
        for block in body[:at]:
            h = (h + le(block + b"\1")) * r % P1305
        chosen = (target(tag_key) * pow(r, -1, P1305) - h - 2**128) % P1305
        if chosen < 2**128:
            break
    body.insert(at, chosen.to_bytes(16, "little"))
    body = b"".join(body) + random.take(tail)
    h = 0
    for start in range(0, 16 * (at + 1), 16):
        h = (h + le(body[start : start + 16] + b"\1")) * r % P1305
    assert h == target(tag_key) % P1305
    return secret_box_case(name, key, nonce, xor(stream[32:], body))


def sealed_box():
    random, cases = Stream("sealed box"), []
    for length in (0, 1, 16, 64, 100):
        receiver, ephemeral, message = random.take(32), random.take(32), random.take(length)
        nine = (9).to_bytes(32, "little")
        public, front = model_x25519(receiver, nine), model_x25519(ephemeral, nine)
        nonce = hashlib.blake2b(front + public, digest_size=24).digest()
        key = hsalsa20(model_x25519(ephemeral, public), bytes(16))
        sealed = front + model_secretbox(key, nonce, message)
        opened = call("crypto_box_seal_open", length, sealed, len(sealed), public, receiver)
        assert opened == message
        cases.append({
            "id": f"length_{length}", "receiver_secret": receiver, "receiver_public": public,
            "ephemeral_secret": ephemeral, "message": message, "sealed": sealed,
        })  # fmt: skip
    source = "made by make.py in Python; libsodium 1.0.18 opens each; ephemeral_secret is what the random source gives"
    write("sealed_box", "sealed_box", source, cases)


TEST_1024 = u(
    "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e9f77b1e355f6c50544e23f"
    "b1433ddf73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d658675fc6ea534e0810a4432826bf58c"
    "941efb65d57a338bbd2e26640f89ffbc1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a82"
    "1a579116ec6dad2b3b310da903401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbef"
    "efd75499da96bd68a8a97b928a8bbc103b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53"
    "f1d8ac70bdcb7ed185ce81bd84359d44254d95629e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d"
    "502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759"
    "d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e69485bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b07"
    "07e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128bab27af87a71314f318c782b23ebfe808b82b0ce26401d2e22"
    "f04d83d1255dc51addd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2af58429ec96031dbcad3dad9af0dcbaaaf268cb8"
    "fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301651339e22904cc8c42f58c30c04aafdb"
    "038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f6724517b65e614ad6808d6f6ee34df"
    "f7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7984a74d371459867"
    "80fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8b17b80e1"
    "b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71a4"
    "3dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b5"
    "0d334ba77c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fd"
    "e7cb68606937380db2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8ca"
    "c60c905c15fc910840b94c00a0b9d0"
)


def ed25519():
    cases = []
    for name, seed, message, public, signature in (
        (
            "rfc8032_7_1_test_1",
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            b"",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "rfc8032_7_1_test_2",
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            u("72"),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "rfc8032_7_1_test_3",
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            u("af82"),
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
        (
            "rfc8032_7_1_test_1024",
            "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
            TEST_1024,
            "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
            "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03",
        ),
        (
            "rfc8032_7_1_test_sha_abc",
            "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            hashlib.sha512(b"abc").digest(),
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
        ),
    ):
        seed, public, signature = u(seed), u(public), u(signature)
        assert model_sign(seed, message) == (public, signature), name
        assert ed25519_key(seed)[0] == public and ed25519_sign(seed, message) == signature, name
        cases.append({"id": name, "seed": seed, "public": public, "message": message, "signature": signature})
    write("ed25519_sign", "ed25519_sign", "RFC 8032, section 7.1", cases)
    write("ed25519_verify", "ed25519_verify", VERIFY, list(ed25519_verify_cases(cases[2])))


VERIFY = (
    "the 12 kinds of Chalkias, Garillot and Nikolaenko, Taming the many EdDSAs (2020), and other hostile keys and "
    "signatures, built by make.py from their definitions; result is libsodium 1.0.18's verdict, and that of an "
    "independent verifier in Python"
)


def torsion(order):
    """A point of that order: L times a point, for the first y that gives one."""
    y = 2
    while True:
        x = ed_x(y, 0)
        if x is not None:
            point = ed_mul(L, (x, y))
            if ed_mul(order, point) == IDENTITY and ed_mul(order // 2, point) != IDENTITY:
                return point
        y += 1


def ed25519_verify_cases(good):
    random = Stream("ed25519 verify")
    t8 = torsion(8)
    scalar = lambda: le(random.take(64)) % L

    def case(name, public, message, signature):
        verdict = ed25519_verify(public, message, signature)
        assert verdict == model_verify(public, message, signature), name
        return {
            "id": name, "public": public, "message": message, "signature": signature,
            "result": "ok" if verdict else "forged",
        }  # fmt: skip

    def build(name, a, t, r, v, accept, public=None, front=None, shift=0):
        """A = a B + t T8 and R = r B + v T8, for the first message whose challenge passes `accept`."""
        big_a = ed_add(ed_mul(a, BASE), ed_mul(t, t8))
        big_r = ed_add(ed_mul(r, BASE), ed_mul(v, t8))
        public, front = public or ed_encode(big_a), front or ed_encode(big_r)
        while True:
            message = random.take(32)
            k = challenge(front, public, message)
            if accept(k):
                s = (r + k * a) % L + shift * L
                return case(name, public, message, front + s.to_bytes(32, "little"))

    # 0 to 11 in the order of the paper's table. Without the cofactor, R must equal S B - k A.
    whole = lambda t, v: lambda k: (k * t + v) % 8 == 0
    broken = lambda t, v: lambda k: (k * t + v) % 8 != 0
    yield build("speccheck_0_small_a_small_r", 0, 1, 0, 7, whole(1, 7))
    yield build("speccheck_1_small_a_mixed_r", 0, 1, scalar(), 3, whole(1, 3))
    yield build("speccheck_2_mixed_a_small_r", scalar(), 1, 0, 5, whole(1, 5))
    yield build("speccheck_3_mixed_a_mixed_r", scalar(), 1, scalar(), 3, whole(1, 3))
    yield build("speccheck_4_mixed_a_mixed_r_cofactored_only", scalar(), 1, scalar(), 3, broken(1, 3))
    yield build("speccheck_5_mixed_a_prime_r_cofactored_only", scalar(), 1, scalar(), 0, broken(1, 0))
    yield build("speccheck_6_s_above_l", scalar(), 0, scalar(), 0, whole(0, 0), shift=1)
    yield build("speccheck_7_s_far_above_l", scalar(), 0, scalar(), 0, whole(0, 0), shift=14)
    minus_zero = (P + 1).to_bytes(32, "little")  # y = p + 1: the identity, not canonical
    minus_one = (P - 1 | 1 << 255).to_bytes(32, "little")  # y = -1 with the sign of x = 0
    yield build("speccheck_8_mixed_a_small_r_not_canonical", scalar(), 4, 0, 0, whole(4, 0), front=minus_zero)
    yield build("speccheck_9_mixed_a_small_r_sign_of_zero", scalar(), 4, 0, 4, whole(4, 4), front=minus_one)
    yield build("speccheck_10_small_a_not_canonical_mixed_r", 0, 0, scalar(), 4, lambda k: True, public=minus_zero)
    yield build("speccheck_11_small_a_sign_of_zero_mixed_r", 0, 4, scalar(), 4, whole(4, 4), public=minus_one)

    # All forms of the points of small order, as A with an R for which the equation holds, and as R.
    forms = []
    for index in range(8):
        x, y = ed_mul(index, t8)
        for value in (y, y + P):
            for sign in (0, 1) if x == 0 else (x & 1,):
                if value < 2**255:
                    forms.append((index, value, sign))
    assert len(forms) == 14
    for index, value, sign in forms:
        data = (value | sign << 255).to_bytes(32, "little")
        name = f"{data.hex()[:6]}_{data.hex()[-4:]}"
        yield build(f"small_a_{name}", 0, index, scalar(), 0, whole(index, 0), public=data)
        yield build(f"small_r_{name}", scalar(), 0, 0, index, lambda k: True, front=data)

    # y at or above p that are not of small order: nobody knows their logarithm, so that these verify for nobody.
    for extra in range(2, 19):
        if ed_x(extra, 0) is not None:
            data = (P + extra).to_bytes(32, "little")
            message = random.take(32)
            big_r = ed_encode(ed_mul(scalar(), BASE))
            yield case(f"a_not_canonical_p_plus_{extra}", data, message, big_r + scalar().to_bytes(32, "little"))
    yield case("a_not_on_curve", (2).to_bytes(32, "little") if ed_x(2, 0) is None else (7).to_bytes(32, "little"),
               b"", good["signature"])  # fmt: skip

    public, message, signature = good["public"], good["message"], good["signature"]
    yield case("rfc8032_7_1_test_3", public, message, signature)
    s = le(signature[32:])
    for multiple in (1, 2, 8, 13):
        moved = (s + multiple * L).to_bytes(32, "little")
        yield case(f"s_plus_{multiple}_l", public, message, signature[:32] + moved)
    for name, value in (("l_minus_1", L - 1), ("l", L), ("l_plus_1", L + 1), ("2_252", 2**252), ("zero", 0),
                        ("ones", 2**256 - 1)):  # fmt: skip
        yield case(f"s_is_{name}", public, message, signature[:32] + value.to_bytes(32, "little"))
    for place, bit in ((0, 0), (31, 7), (32, 0), (63, 4)):
        broken_signature = bytearray(signature)
        broken_signature[place] ^= 1 << bit
        yield case(f"signature_bit_{place}_{bit}", public, message, bytes(broken_signature))
    yield case("message_changed", public, b"\xaf\x83", signature)
    yield case("message_longer", public, message + b"\0", signature)
    yield case("key_negated", public[:31] + bytes([public[31] ^ 0x80]), message, signature)
    # A of mixed order, and yet right without the cofactor: one challenge in two lets it pass.
    yield build("mixed_a_prime_r_by_chance", scalar(), 4, scalar(), 0, whole(4, 0))
    yield build("prime_a_mixed_r", scalar(), 0, scalar(), 4, lambda k: True)


def blake2b_case(name, key, message, length, published=None):
    digest = hashlib.blake2b(message, key=key, digest_size=length).digest()
    assert digest == generichash(key, message, length), name
    assert published in (None, digest), name
    return {"id": name, "key": key, "message": message, "hash": digest}


def hashes():
    count = lambda n: bytes(i % 256 for i in range(n))
    abc = u(
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925a"
        "b92386edd4009923"
    )
    cases, random = [blake2b_case("rfc7693_a", b"", b"abc", 64, abc)], Stream("blake2b")
    for length in (0, 1, 127, 128, 129, 255, 256, 257, 384):
        cases.append(blake2b_case(f"length_{length}", b"", count(length), 64))
    for key_len, out_len in ((0, 1), (1, 1), (0, 16), (16, 16), (32, 20), (32, 24), (32, 32), (64, 32), (63, 63),
                             (1, 64), (64, 1), (0, 40), (33, 48)):  # fmt: skip
        cases.append(
            blake2b_case(f"key_{key_len}_out_{out_len}", random.take(key_len), random.take(100), out_len)
        )
    source = "RFC 7693, appendix A, and lengths around the block; hashlib and libsodium 1.0.18 agree"
    write("blake2b", "blake2b", source, cases)

    cases = [blake2b_case(f"kat_{n}", count(64), count(n), 64) for n in range(256)]
    assert cases[0]["hash"].hex().startswith("10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786")
    assert cases[255]["hash"].hex().startswith("142709d62e28fcccd0af97fad0f8465b971e82201dc51070faa0372aa43e9248")
    source = (
        "the 256 keyed cases of the BLAKE2 authors' blake2b known answers (key 00..3f, message 00.. of each length), "
        "computed again: hashlib, which is their own code, and libsodium 1.0.18 agree"
    )
    write("blake2b_keyed", "blake2b", source, cases)

    cases = []
    for name, message, start in (
        ("fips180_abc", b"abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"),
        ("empty", b"", "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"),
        ("fips180_two_blocks", b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu", "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"),
        ("nacl_hash", b"testing\n", "24f950aac7b9ea9b3cb728228a0c82b67c39e96b4b344798870d5daee93e3ae5931baae8c7cacfea4b629452c38026a81d138bc7aad1af3ef7bfd5ec646d6c28"),
        *((f"length_{n}", count(n), "") for n in (1, 55, 56, 63, 64, 111, 112, 113, 119, 120, 127, 128, 129, 239, 240, 241, 255, 256)),
    ):  # fmt: skip
        digest = hashlib.sha512(message).digest()
        assert digest == call("crypto_hash_sha512", 64, message, len(message)) and digest.hex().startswith(start), name
        cases.append({"id": name, "message": message, "hash": digest})
    source = "FIPS 180-4's examples, NaCl's tests/hash, and lengths around the padding; hashlib and libsodium 1.0.18 agree"
    write("sha512", "sha512", source, cases)


IETF = (
    b"Any submission to the IETF intended by the Contributor for publication as all or part of an IETF Internet-Draft "
    b"or RFC and any statement made within the context of an IETF activity is considered an \"IETF Contribution\". Such "
    b"statements include oral statements in IETF sessions, as well as written and electronic communications made at any "
    b"time or place, which are addressed to"
)
JABBERWOCKY = (
    b"'Twas brillig, and the slithy toves\nDid gyre and gimble in the wabe:\nAll mimsy were the borogoves,\n"
    b"And the mome raths outgrabe."
)


def poly1305_cases():
    short = lambda n: n.to_bytes(16, "little")
    ones = b"\xff" * 16
    s = u("36e5f6b5c5e06070f0efca96227a863e")
    carry = u("e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001000000000000000000000000000000")
    r10 = u("01000000000000000400000000000000")
    published = [
        ("nacl_onetimeauth", u("eea6a7251c1e72916d11c2cb214d3c252539121d8e234e652d651fa4c8cff880"), PAPER_SEALED[16:], PAPER_SEALED[:16]),
        ("rfc8439_2_5_2", u("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"), b"Cryptographic Forum Research Group", u("a8061dc1305136c6c22b8baf0c0127a9")),
        ("rfc8439_a_3_1", bytes(32), bytes(64), bytes(16)),
        ("rfc8439_a_3_2", bytes(16) + s, IETF, s),
        ("rfc8439_a_3_3", s + bytes(16), IETF, u("f3477e7cd95417af89a6b8794c310cf0")),
        ("rfc8439_a_3_4", u("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0"), JABBERWOCKY, u("4541669a7eaaee61e708dc7cbcc5eb62")),
        ("rfc8439_a_3_5", short(2) + bytes(16), ones, short(3)),
        ("rfc8439_a_3_6", short(2) + ones, short(2), short(3)),
        ("rfc8439_a_3_7", short(1) + bytes(16), ones + b"\xf0" + ones[1:] + short(0x11), short(5)),
        ("rfc8439_a_3_8", short(1) + bytes(16), ones + b"\xfb" + b"\xfe" * 15 + b"\x01" * 16, short(0)),
        ("rfc8439_a_3_9", short(2) + bytes(16), b"\xfd" + ones[1:], b"\xfa" + ones[1:]),
        ("rfc8439_a_3_10", r10 + bytes(16), carry, u("14000000000000005500000000000000")),
        ("rfc8439_a_3_11", r10 + bytes(16), carry[:48], short(0x13)),
        ("draft_agl_tls_1", b"this is 32-byte key for Poly1305", bytes(32), u("49ec78090e481ec6c26b33b91ccc0307")),
        ("draft_agl_tls_2", b"this is 32-byte key for Poly1305", b"Hello world!", u("a6f745008f81c916a20dcc74eef2b2f0")),
    ]  # fmt: skip
    for name, key, message, tag in published:
        assert poly1305(key, message) == onetimeauth(key, message) == tag, name
        yield {"id": name, "key": key, "message": message, "tag": tag}

    # r with limbs at their edges, in radix 2^26, 2^32, 2^44 and 2^64; then h at its edges.
    mask = 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    limbs = [(2**width - 1) << at for width in (26, 32, 44, 64) for at in range(0, 128, width)]
    rs = {mask} | {limb & mask for limb in limbs} | {mask & ~limb for limb in limbs} | {1, 2, 4, 5, 2**124 & mask}
    messages = {
        "ones_1": ones, "ones_2": ones * 2, "ones_4": ones * 4, "ones_5_short": ones * 4 + ones[:15], "one_byte": b"\xff",
        "zeros_4": bytes(64),
    }  # fmt: skip
    for index, r in enumerate(sorted(rs)):
        for name, message in messages.items():
            for s_name, s in (("s_0", bytes(16)), ("s_ones", ones)):
                key = short(r) + s
                tag = poly1305(key, message)
                assert tag == onetimeauth(key, message)
                yield {"id": f"r_{r:032x}_{name}_{s_name}", "key": key, "message": message, "tag": tag}
    # h at p - 1, p, p + 1 ... by r = 1 and r = 4 (where the last step leaves the value not reduced).
    for target in (*range(0, 12), *range(P1305 - 6, P1305), 2**128 - 1, 2**128, 2**129, 2**129 - 1):
        for r in (1, 4):
            sum_needed = target * pow(r, -1, P1305) % P1305
            parts = split_sum(sum_needed) if r == 1 else split_last(sum_needed, r)
            if parts is None:
                continue
            message = b"".join(parts)
            key = short(r) + bytes(16)
            tag = poly1305(key, message)
            assert tag == onetimeauth(key, message) == short(target % 2**128)
            name = f"p_minus_{P1305 - target}" if target > 2**129 else str(target)
            yield {"id": f"h_ends_at_{name}_r_{r}", "key": key, "message": message, "tag": tag}


def split_sum(total):
    """Blocks c with sum of (c + 2^128) = total modulo p: h is exactly that under r = 1."""
    for count in range(1, 9):
        for wrap in range(3):
            left = total + wrap * P1305 - count * 2**128
            if 0 <= left <= count * (2**128 - 1):
                blocks = []
                for _ in range(count):
                    block = min(left, 2**128 - 1)
                    blocks.append(block.to_bytes(16, "little"))
                    left -= block
                return blocks
    return None


def split_last(total, r):
    """One or two blocks that leave h = total * r under r."""
    for first in (None, 0, 2**128 - 1, 2**127):
        before = 0 if first is None else (first + 2**128) * r % P1305
        last = (total - before - 2**128) % P1305
        if last < 2**128:
            return [block.to_bytes(16, "little") for block in (first, last) if block is not None]
    return None


def chacha20(key, length):
    return call("crypto_stream_chacha20", length, length, bytes(8), key)


def drbg():
    """The generator's state and output, by libsodium's ChaCha20 and hashlib's BLAKE2b; there is no second source."""
    random, cases = Stream("drbg"), []
    for name, first, second in (("short", 16, 16), ("long", 100, 33), ("empty", 0, 64)):
        seed, material = random.take(32), random.take(20)
        mix = lambda key, data: hashlib.blake2b(b"saltbox drbg" + data, key=key, digest_size=32).digest()
        key = mix(bytes(32), seed)
        stream = chacha20(key, 32 + first)
        key, out_1 = stream[:32], stream[32:]
        key = mix(key, material)
        stream = chacha20(key, 32 + second)
        cases.append({
            "id": name, "seed": seed, "first": out_1, "reseed": material, "second": stream[32:],
        })  # fmt: skip
    source = "made by make.py with libsodium 1.0.18's ChaCha20 and hashlib's BLAKE2b, from the definition in saltbox::rng"
    write("drbg", "drbg", source, cases)


def fingerprint():
    random, cases = Stream("fingerprint"), []
    for index in range(4):
        public = BOB_PUBLIC if index == 0 else random.take(32)
        texts = {}
        for kind in ("x25519", "ed25519"):
            label = b"saltbox fingerprint " + kind.encode()
            digest = hashlib.blake2b(label + public, digest_size=40).digest()
            assert digest == generichash(b"", label + public, 40)
            groups = [le(digest[i : i + 8]) % 100000 for i in range(0, 40, 8)]
            texts[kind] = " ".join(f"{group:05}" for group in groups).encode()
        cases.append({"id": f"key_{index}", "public": public, **texts})
    source = "made by make.py from the definition in saltbox::keys; x25519 and ed25519 are ASCII, in hex"
    write("fingerprint", "fingerprint", source, cases)


def blake2b(key, message, length):
    digest = hashlib.blake2b(message, key=key, digest_size=length).digest()
    assert digest == generichash(key, message, length)
    return digest


def agree(secret, public):
    agreed = model_x25519(secret, public)
    assert agreed == scalarmult(secret, public)
    return agreed


def bits(count, value):
    return value.to_bytes(count // 8, "little")


# The kinds of frame, with the version in the high half.
OPEN, DATA, STATUS, REPLY, TROUBLE, ENROLLED = range(0x10, 0x16)
ACK, COMMAND, REFUSED, ASK, PROVISION, NOTICE = range(0x18, 0x1E)
MEMORY, NOISE = 1, 2


def telemetry_case(name, random, node, epoch, counter, features, firmware, interval, ahead, reading, command):
    """A whole session, from the page that saltbox::telemetry begins with."""
    nine = (9).to_bytes(32, "little")
    n, g, e, f = (random.take(32) for _ in range(4))
    big_n, big_g, big_e, big_f = (agree(secret, nine) for secret in (n, g, e, f))
    header = lambda kind, number: bytes([kind, epoch]) + bits(32, node) + bits(64, number)

    def seal(key, front, between, body):
        nonce = front + b"saltbox v1"
        sealed = secretbox(key, nonce, body)
        assert sealed == model_secretbox(key, nonce, body), name
        return front + between + sealed

    at = header(OPEN, counter)
    secrets = agree(e, big_g) + agree(n, big_g)
    both = blake2b(b"", b"saltbox telemetry v1 open" + at + big_e + big_n + big_g + secrets, 64)
    open_key, chain = both[:32], both[32:]
    open_frame = seal(open_key, at, big_e, bytes([features]) + firmware)
    refusal_key = blake2b(chain, b"saltbox telemetry v1 refused", 32)
    refused = seal(refusal_key, header(REFUSED, counter), b"", b"\1") if features & MEMORY else b""

    at = header(ACK, counter)
    secrets = agree(e, big_f) + agree(n, big_f)
    both = blake2b(chain, b"saltbox telemetry v1 session" + at + big_f + secrets, 64)
    up, down = both[:32], both[32:]
    ack = seal(down, at, big_f, bits(32, interval))

    data_counter = counter + ahead
    uptime, troubles = le(random.take(4)), le(random.take(1))
    status = bits(32, uptime) + bits(32, interval) + bits(16, troubles)

    def plain(kind, body):
        front = header(kind, 0) + body
        return front + blake2b(b"", front, 8)

    # The gateway's record when it has received the data frame and sent the command.
    highest = data_counter if features & MEMORY else 0
    wanted = le(command[1:]) if command[0] == 1 else interval
    window = bits(64, data_counter) + bits(128, ((2**128 - 1) << ahead | 1) % 2**128)
    peer = b"\1" + bits(32, node) + big_n + bits(64, highest) + bits(32, wanted) + bits(64, 1)
    peer += bits(64, 1) + bytes([len(command)]) + command + bytes(34 - len(command))
    peer += bytes([2 if features & MEMORY else 1, epoch]) + big_e + up + down + window + ack + bytes(188)

    seed = random.take(32)
    outer = epoch.to_bytes(1, "little")
    return {
        "id": name, "node_secret": n, "gateway_secret": g, "ephemeral_secret": e, "answer_secret": f,
        "node": bits(32, node), "epoch": outer, "counter": bits(64, counter), "features": bytes([features]),
        "firmware": firmware, "interval": bits(32, interval), "open": open_frame, "ack": ack, "refused": refused,
        "data_counter": bits(64, data_counter), "data_body": reading,
        "data": seal(up, header(DATA, data_counter), b"", reading),
        "uptime": bits(32, uptime), "troubles": bits(16, troubles),
        "status": seal(up, header(STATUS, data_counter + 1), b"", status),
        "command_body": command, "command": seal(down, header(COMMAND, 1), b"", command), "peer": peer,
        "reply": seal(up, header(REPLY, data_counter + 2), b"", bits(64, 1) + b"\0"),
        "identity": bits(32, node) + outer + n + big_g,
        "seed": seed, "provision": plain(PROVISION, big_g + seed),
        "enrolled": plain(ENROLLED, big_n + bytes([features])),
        "trouble": bytes([TROUBLE, 0]) + bits(32, node) + bytes(8) + b"\1",
        "notice": header(NOTICE, 0) + b"\0", "ask": bytes([ASK, 0]) + bits(32, node) + bytes(8),
    }  # fmt: skip


def telemetry():
    random = Stream("telemetry")
    every = lambda millis: b"\1" + bits(32, millis)
    cases = [
        telemetry_case("first_session", random, 7, 0, 1, MEMORY, b"\0\1\0", 1000, 1, u("01fc530000"), every(5000)),
        telemetry_case("both_features", random, 0x01020304, 1, 0x1122334455667788, MEMORY | NOISE, b"\1\2\3", 100, 5,
                       b"", b"\2\2" + agree(random.take(32), (9).to_bytes(32, "little"))),
        telemetry_case("without_memory", random, 0xFFFFFFFF, 255, 2**32 - 1, NOISE, b"\xff\xfe\xfd", 604800000, 127,
                       random.take(66), b"\3"),
        telemetry_case("last_counters", random, 0x80000000, 128, 2**64 - 203, MEMORY, b"\0\0\1", 65536, 200,
                       u("80ffffffff"), every(604800000)),
    ]  # fmt: skip
    source = "from the definition in saltbox::telemetry; " + MADE
    write("telemetry", "telemetry", source, cases)


def gateway_keys():
    random = Stream("gateway keys")
    cases = []
    for name, epoch, has_previous, until in [
        ("one_key", 0, False, 0), ("after_a_rotation", 1, True, 1_700_000_000), ("last_epoch", 255, True, 2**64 - 1),
    ]:  # fmt: skip
        current, previous = random.take(32), random.take(32) if has_previous else b""
        outer = epoch.to_bytes(1, "little")
        stored = b"\1" + outer + current + bytes([has_previous]) + (previous or bytes(32)) + bits(64, until)
        cases.append({"id": name, "epoch": outer, "current": current, "previous": previous,
                      "until": bits(64, until), "stored": stored})  # fmt: skip
    write("gateway_keys", "gateway_keys", "from the definition in saltbox::telemetry; " + MADE, cases)


def slot(address, generation, record):
    body = bits(32, generation) + record
    return body + blake2b(b"", b"saltbox slot" + bits(32, address) + body, 8)


class Memory:
    """512 bytes as saltbox::nvm lays them out: what boots and leases leave, one after another."""

    def __init__(self, base, seed, first):
        self.base, self.bytes, self.seed = base, bytearray(b"\xff" * 512), seed
        self.seeds, self.leases, self.ceiling, self.block = 1, 0, first, 0
        self.put(256, bytes(48))
        self.put(384, slot(base + 384, 1, seed + bits(32, 1)))
        self.put(0, bytes(32))
        self.keep()

    def put(self, at, data):
        self.bytes[at : at + len(data)] = data

    def keep(self):
        self.leases += 1
        record = bits(64, self.ceiling) + bits(32, self.block) + bits(32, self.seeds) + bytes(4)
        at = self.leases % 2 * 128
        self.put(at, slot(self.base + at, self.leases, record))

    def boot(self, noise):
        given = blake2b(self.seed, b"saltbox seed boot" + noise, 32)
        self.seed = blake2b(self.seed, b"saltbox seed next" + noise, 32)
        old, self.seeds = 256 + self.seeds % 2 * 128, self.seeds + 1
        at = 256 + self.seeds % 2 * 128
        self.put(at, slot(self.base + at, self.seeds, self.seed + bits(32, self.leases)))
        self.keep()
        self.put(old, bytes(48))
        return given

    def lease(self, count):
        if count > self.block:
            self.block = count
            self.keep()
        self.ceiling += count
        self.keep()


def nvm():
    random, cases = Stream("nvm slots"), []
    for name, address, generation, length in (
        ("lease_first", 128, 1, 20), ("lease_second", 0, 2, 20), ("lease_high", 0x10080, 2**32 - 1, 20),
        ("seed_first", 384, 1, 36), ("seed_second", 256, 2, 36), ("seed_high", 0x01020300, 0xFFEEDDCC, 36),
    ):  # fmt: skip
        record = random.take(length)
        cases.append({
            "id": name, "address": bits(32, address), "generation": bits(32, generation), "record": record,
            "slot": slot(address, generation, record),
        })  # fmt: skip
    source = "from the definition in saltbox::nvm; hashlib and libsodium 1.0.18 agree"
    write("nvm_slots", "nvm_slot", source, cases)

    random, cases = Stream("nvm boots"), []
    for name, base, first, block, noise in (
        ("no_noise", 0, 1, 64, 0), ("noise", 0x200, 2**40 + 5, 2**32 - 1, 32), ("long_noise", 0x01020300, 2**63, 1, 200),
    ):  # fmt: skip
        seed, noise = random.take(32), random.take(noise)
        memory = Memory(base, seed, first)
        case = {
            "id": name, "base": bits(32, base), "seed": seed, "first": bits(64, first), "noise": noise,
            "block": bits(32, block), "provisioned": bytes(memory.bytes),
        }  # fmt: skip
        case["boot_seed"] = memory.boot(noise)
        case["booted"] = bytes(memory.bytes)
        memory.lease(block)
        case["leased"] = bytes(memory.bytes)
        case["second_boot_seed"] = memory.boot(noise)
        memory.lease(block)
        case["second_leased"] = bytes(memory.bytes)
        cases.append(case)
    write("nvm_boots", "nvm_boot", source, cases)


def tables():
    x25519()
    secret_box()
    sealed_box()
    ed25519()
    hashes()
    write("poly1305", "poly1305", "NaCl's tests, RFC 8439, draft-agl-tls-chacha20poly1305-04; edges " + MADE,
          list(poly1305_cases()))  # fmt: skip
    drbg()
    fingerprint()
    telemetry()
    gateway_keys()
    nvm()


if __name__ == "__main__":
    tables()
