"""WeCom's envelope: ours and wechatpy's agree, and nothing that was touched on the way is ever decrypted."""

import base64
import random
import string
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wecom.platform.crypto import TRIES, WINDOW_SECONDS, Replays, Seal, Sealed, _cipher
from bot.channels.wecom.platform.errors import EnvelopeError, ReplayError, SetupError, SignatureError, WecomError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from wechatpy.enterprise.crypto import WeChatCrypto

TOKEN = "spamtoken"
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
CORP = "ww1234567890abcdef"
NOW = 1_760_000_000


@pytest.fixture
def seal() -> Seal:
    return Seal(TOKEN, AES_KEY, CORP)


def close(seal: Seal, message: bytes = b"<xml><Content>hello</Content></xml>") -> Sealed:
    return seal.close(message, timestamp=str(NOW), nonce="n0nce")


@given(message=st.text(min_size=1).filter(lambda text: "\x00" not in text))
def test_wechatpy_reads_what_we_write(message: str) -> None:
    sealed = close(Seal(TOKEN, AES_KEY, CORP), message.encode())
    oracle = WeChatCrypto(TOKEN, AES_KEY, CORP)
    envelope = f"<xml><Encrypt>{sealed.encrypted}</Encrypt></xml>"
    read = oracle.decrypt_message(envelope, sealed.signature, sealed.timestamp, sealed.nonce)
    assert (read if isinstance(read, bytes) else read.encode()) == message.encode()


@given(message=st.text(min_size=1).filter(lambda text: "\x00" not in text))
def test_we_read_what_wechatpy_writes(message: str) -> None:
    from bot.channels.wecom.platform.xml import fields

    oracle = WeChatCrypto(TOKEN, AES_KEY, CORP)
    envelope = fields(oracle.encrypt_message(message, "n0nce", str(NOW)).encode())
    sealed = Sealed(envelope["Encrypt"], envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
    assert Seal(TOKEN, AES_KEY, CORP).open(sealed) == message.encode()


@given(message=st.binary(max_size=300))
def test_any_message_survives_the_way_there_and_back(message: bytes) -> None:
    for receive_id in ("", CORP):
        seal = Seal(TOKEN, AES_KEY, receive_id)
        assert seal.open(close(seal, message)) == message


def test_ten_thousand_flipped_bits_are_refused_before_decryption(seal: Seal, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = close(seal, "成都东安湖".encode() * 40)

    def never(_: str) -> bytes:
        raise AssertionError("decrypted something that nobody signed")

    monkeypatch.setattr(Seal, "_decrypt", lambda self, encrypted: never(encrypted))
    data = base64.b64decode(sealed.encrypted)
    bits = random.Random(5).choices(range(len(data) * 8), k=10_000)
    for bit in bits:
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        touched = base64.b64encode(bytes(flipped)).decode()
        with pytest.raises(SignatureError):
            seal.open(Sealed(touched, sealed.signature, sealed.timestamp, sealed.nonce))


@pytest.mark.parametrize("part", ["encrypted", "signature", "timestamp", "nonce"])
def test_every_part_of_the_envelope_is_signed(seal: Seal, part: str) -> None:
    sealed = close(seal)
    parts = {name: getattr(sealed, name) for name in ("encrypted", "signature", "timestamp", "nonce")}
    for position in range(len(parts[part])):
        other = "0" if parts[part][position] != "0" else "1"
        touched = parts[part][:position] + other + parts[part][position + 1 :]
        with pytest.raises(SignatureError):
            seal.open(Sealed(**{**parts, part: touched}))


def test_a_signature_that_is_not_ascii_is_refused_and_not_a_crash(seal: Seal) -> None:
    sealed = close(seal)
    with pytest.raises(SignatureError):
        seal.open(Sealed(sealed.encrypted, "签名", sealed.timestamp, sealed.nonce))


def signed(seal: Seal, encrypted: str) -> Sealed:
    return Sealed(encrypted, seal.signature(str(NOW), "n", encrypted), str(NOW), "n")


@pytest.mark.parametrize("receive_id", ["", "ww0000000000000000", CORP + "x", CORP[:-1]])
def test_a_message_for_somebody_else_is_refused(seal: Seal, receive_id: str) -> None:
    with pytest.raises(EnvelopeError, match="another company"):
        seal.open(close(Seal(TOKEN, AES_KEY, receive_id)))


def test_a_message_under_another_key_is_refused(seal: Seal) -> None:
    other = Seal(TOKEN, base64.b64encode(bytes(range(1, 33))).decode().rstrip("="), CORP)
    with pytest.raises(EnvelopeError):
        seal.open(close(other))


@pytest.mark.parametrize("encrypted", ["", "%%%", "签", "AAAA", base64.b64encode(bytes(31)).decode(), "A" * 43])
def test_signed_rubbish_is_refused(seal: Seal, encrypted: str) -> None:
    with pytest.raises(EnvelopeError):
        seal.open(signed(seal, encrypted))


def encrypt_raw(seal: Seal, plain: bytes) -> Sealed:
    encryptor = _cipher(seal._key).encryptor()
    return signed(seal, base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode())


@pytest.mark.parametrize(
    "plain",
    [
        bytes(32),
        b"\x21" * 64,
        bytes(31) + b"\x02",
        bytes(16) + b"\xff\xff\xff\xff" + b"x" * 11 + b"\x01",
        bytes(16) + b"\x00\x00\x00\x0c" + b"x" * 11 + b"\x01",
        b"\x20" * 32,
        bytes(16) + bytes(2) + b"\x0e" * 14,
    ],
    ids=["no padding", "padding over 32", "padding mixed", "huge length", "length one over", "only padding", "short"],
)
def test_lengths_and_paddings_that_no_writer_gives_are_refused(seal: Seal, plain: bytes) -> None:
    with pytest.raises(EnvelopeError):
        seal.open(encrypt_raw(seal, plain))


@settings(max_examples=300)
@given(plain=st.binary(min_size=32, max_size=160).map(lambda data: data[: len(data) // 32 * 32]))
def test_no_plaintext_brings_a_traceback(plain: bytes) -> None:
    seal = Seal(TOKEN, AES_KEY, CORP)
    with pytest.raises(EnvelopeError):
        seal.open(encrypt_raw(seal, plain))


@settings(max_examples=300)
@given(st.text(max_size=80), st.text(max_size=50), st.text(max_size=12), st.text(max_size=12))
def test_no_envelope_of_a_stranger_brings_a_traceback(encrypted: str, sign: str, timestamp: str, nonce: str) -> None:
    with pytest.raises(WecomError):
        Seal(TOKEN, AES_KEY, CORP).open(Sealed(encrypted, sign, timestamp, nonce))


@pytest.mark.parametrize("key", ["", "short", AES_KEY + "A", AES_KEY[:-1] + "%", "钥" * 43])
def test_a_key_that_cannot_be_one_is_named_but_not_shown(key: str) -> None:
    with pytest.raises(SetupError) as caught:
        Seal(TOKEN, key, CORP, name="WECOM_APP")
    assert "WECOM_APP_AES_KEY" in str(caught.value)
    assert not key or key not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_empty_token_is_refused_since_everybody_could_sign_with_it() -> None:
    with pytest.raises(SetupError, match="WECOM_BOT_TOKEN"):
        Seal("", AES_KEY, name="WECOM_BOT")


def test_no_error_shows_token_or_key(seal: Seal) -> None:
    sealed = close(seal)
    for touched in (Sealed("x", sealed.signature, "1", "2"), signed(seal, "%%%")):
        with pytest.raises(WecomError) as caught:
            seal.open(touched)
        assert TOKEN not in str(caught.value)
        assert AES_KEY not in str(caught.value)
    assert TOKEN not in repr(seal)
    assert AES_KEY not in repr(seal)


class Clock:
    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_the_platforms_three_tries_pass_and_a_fourth_does_not(seal: Seal) -> None:
    replays, sealed = Replays(Clock()), close(seal)
    for _ in range(TRIES):
        replays.admit(sealed)
    with pytest.raises(ReplayError):
        replays.admit(sealed)


@pytest.mark.parametrize("away", [WINDOW_SECONDS + 1, -WINDOW_SECONDS - 1, 10**9])
def test_a_call_from_another_time_is_refused(seal: Seal, away: int) -> None:
    with pytest.raises(ReplayError):
        Replays(Clock(NOW + away)).admit(close(seal))


@pytest.mark.parametrize("timestamp", ["", "-1", "1e9", "٣", "9" * 5000, "1.5"])
def test_a_time_that_is_no_number_is_refused(timestamp: str) -> None:
    with pytest.raises(ReplayError):
        Replays(Clock()).admit(Sealed("", "s", timestamp, ""))


def test_a_call_stays_remembered_as_long_as_its_time_would_pass(seal: Seal) -> None:
    clock = Clock(NOW - WINDOW_SECONDS)
    replays, sealed = Replays(clock), close(seal)
    for _ in range(TRIES):
        replays.admit(sealed)
    clock.now = NOW + WINDOW_SECONDS
    with pytest.raises(ReplayError):
        replays.admit(sealed)


def test_the_memory_of_replays_has_an_end() -> None:
    replays = Replays(Clock(), capacity=100)
    for number in range(1000):
        replays.admit(Sealed("", str(number), str(NOW), ""))
    assert len(replays._seen) <= 100


def test_random_tokens_and_keys_agree_with_wechatpy_on_the_signature() -> None:
    rng = random.Random(7)
    for _ in range(50):
        token = "".join(rng.choices(string.ascii_letters + string.digits, k=rng.randint(3, 32)))
        key = base64.b64encode(rng.randbytes(32)).decode().rstrip("=")
        sealed = Seal(token, key).close(b"{}", timestamp=str(rng.randint(1, 2**31)), nonce=str(rng.random()))
        echo = WeChatCrypto(token, key, "")
        assert echo.check_signature(sealed.signature, sealed.timestamp, sealed.nonce, sealed.encrypted)
