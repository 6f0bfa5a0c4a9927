"""S3's streaming bodies: broken framing, broken sums, broken signatures; and nothing of them ever becomes visible."""

import base64
import unittest
import zlib

from hostile import Case, Hostile
from raw import rest
from signed import Key

BODY = b"0123456789" * 1_000
#: S3 API reference: pieces of signed chunks are at least 8 KiB, but for the last.
PIECES = (BODY[:8_192], BODY[8_192:])


def crc32(body):
    return base64.b64encode(zlib.crc32(body).to_bytes(4, "big")).decode()


SUM = crc32(BODY)
TRAILER = f"x-amz-checksum-crc32:{SUM}\r\n\r\n".encode()


def frame(piece, size=None):
    return (size or b"%x" % len(piece)) + b"\r\n" + piece + b"\r\n"


WHOLE = frame(PIECES[0]) + frame(PIECES[1]) + b"0\r\n" + TRAILER


def unsigned(body, decoded=len(BODY), trailer="x-amz-checksum-crc32", **more):
    """A PUT of unsigned chunks, as SDKs send it over TLS."""
    headers = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "aws-chunked"}
    if decoded is not None:
        headers["x-amz-decoded-content-length"] = decoded
    if trailer:
        headers["x-amz-trailer"] = trailer
    return rest("s3", "PUT", "/chunks/k", body, headers=headers, **more)


def whole(body, **headers):
    """A PUT without chunks."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return rest("s3", "PUT", "/chunks/k", body, headers=names)


class Chunks(Hostile):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = cls.ask(rest("s3", "PUT", "/chunks"))
        assert made.status == 200, made
        cls.key = Key(cls.ask)

    def tearDown(self):
        """Refused bodies leave no object, and none half written."""
        gone = self.ask(rest("s3", "GET", "/chunks/k"))
        self.assertEqual((gone.status, gone.code), (404, "NoSuchKey"))

    def test_framing(self):
        late = b"0\r\n" + TRAILER
        self.run_cases(
            [
                Case(what, sent, 400, "IncompleteBody", "s3")
                for what, sent in {
                    "no body": unsigned(b""),
                    "no framing": unsigned(BODY),
                    "a size that is none": unsigned(frame(BODY, b"zz") + late),
                    "an empty size": unsigned(frame(BODY, b" ") + late),
                    "a negative size": unsigned(frame(BODY, b"-2710") + late),
                    "a size with a sign": unsigned(frame(BODY, b"+2710") + late),
                    "a size with a prefix": unsigned(frame(BODY, b"0x2710") + late),
                    "a size beyond u64": unsigned(frame(BODY, b"f" * 17) + late),
                    "the greatest size": unsigned(frame(BODY, b"f" * 16) + late),
                    "a size that is no text": unsigned(frame(BODY, b"\xff\xfe") + late),
                    "a line of framing that never ends": unsigned(b"0" * 100_000),
                    "a chunk longer than its size": unsigned(frame(BODY + b"x", b"2710") + late),
                    "a chunk shorter than its size": unsigned(frame(BODY[:-1], b"2710") + late),
                    "no last chunk": unsigned(frame(BODY)),
                    "less than was announced": unsigned(WHOLE, decoded=len(BODY) + 1),
                    "more than was announced": unsigned(WHOLE, decoded=len(BODY) - 1),
                    "a second body behind the first": unsigned(WHOLE + WHOLE),
                    "a million chunks of a byte": unsigned(b"1\r\nx\r\n" * 1_000_000 + late),
                }.items()
            ]
        )

    def test_announcements(self):
        self.run_cases(
            [
                Case("no decoded length", unsigned(WHOLE, decoded=None), 411, "MissingContentLength", "s3"),
                Case("a negative decoded length", unsigned(WHOLE, decoded=-1), 400, "InvalidArgument", "s3"),
                Case("a decoded length beyond u64", unsigned(WHOLE, decoded="9" * 30), 400, "InvalidArgument", "s3"),
                Case("a decoded length that is none", unsigned(WHOLE, decoded="NaN"), 400, "InvalidArgument", "s3"),
                Case("more than S3 takes", unsigned(WHOLE, decoded=5 * 1024**3 + 1), 400, "EntityTooLarge", "s3"),
                Case("a kind of payload nobody knows", whole(BODY, x_amz_content_sha256="STREAMING-NOTHING"), 400,
                     "InvalidArgument", "s3"),
                Case("a hash that is none", whole(BODY, x_amz_content_sha256="abc"), 400, "InvalidArgument", "s3"),
                Case("another body's hash", whole(BODY, x_amz_content_sha256="0" * 64), 400,
                     "XAmzContentSHA256Mismatch", "s3"),
                Case("an MD5 that is none", whole(BODY, Content_MD5="abc"), 400, "InvalidDigest", "s3"),
                Case("another body's MD5", whole(BODY, Content_MD5="A" * 22 + "=="), 400, "BadDigest", "s3"),
                Case("a checksum that is none", whole(BODY, x_amz_checksum_crc32="!"), 400, "InvalidRequest", "s3"),
                Case("a checksum of the wrong length", whole(BODY, x_amz_checksum_crc32="AAAA"), 400, "InvalidRequest", "s3"),
                Case("another body's checksum", whole(BODY, x_amz_checksum_crc32="AAAAAA=="), 400, "BadDigest", "s3"),
                Case("two checksums", whole(BODY, x_amz_checksum_crc32=SUM, x_amz_checksum_sha1="A" * 27 + "="), 400,
                     "InvalidRequest", "s3"),
                Case("an algorithm nobody knows", whole(BODY, x_amz_sdk_checksum_algorithm="CRC7"), 400,
                     "InvalidRequest", "s3"),
            ]
        )

    def test_trailers(self):
        body = frame(BODY) + b"0\r\n"
        self.run_cases(
            [
                Case("none, though one was announced", unsigned(body + b"\r\n"), 400, "MalformedTrailerError", "s3"),
                Case("another than was announced", unsigned(body + b"x-amz-checksum-sha1:" + b"A" * 27 + b"=\r\n\r\n"), 400,
                     "MalformedTrailerError", "s3"),
                Case("a line without a colon", unsigned(body + b"nothing\r\n\r\n"), 400, "MalformedTrailerError", "s3"),
                Case("very many", unsigned(body + b"x-a:b\r\n" * 100_000 + TRAILER), 400, "MalformedTrailerError", "s3"),
                Case("a line that never ends", unsigned(body + b"x-amz-checksum-crc32:" + b"A" * 100_000), 400,
                     "IncompleteBody", "s3"),
                Case("another body's checksum", unsigned(body + b"x-amz-checksum-crc32:AAAAAA==\r\n\r\n"), 400, "BadDigest", "s3"),
                Case("a checksum that is none", unsigned(body + b"x-amz-checksum-crc32:!\r\n\r\n"), 400, "InvalidRequest", "s3"),
                Case("an algorithm nobody knows", unsigned(body + b"x-amz-checksum-crc7:AAAA\r\n\r\n",
                     trailer="x-amz-checksum-crc7"), 400, "InvalidRequest", "s3"),
            ]
        )

    def test_a_body_cut_at_every_byte_of_its_framing(self):
        last = len(WHOLE) - len(TRAILER) - len(b"0\r\n")
        second = len(frame(PIECES[0]))
        marks = [*range(1, 8), *range(second - 4, second + 8), *range(last - 4, last + 1)]
        self.run_cases([Case(f"cut at {at}", unsigned(WHOLE[:at]), 400, "IncompleteBody", "s3") for at in marks])
        # Behind the last chunk its size line or the trailer is torn; the line ends at the very end may be missing.
        for at in range(last + 1, len(WHOLE) - len(b"\r\n\r\n")):
            with self.subTest(at=at):
                answer = self.ask(unsigned(WHOLE[:at]))
                refused = {"IncompleteBody", "MalformedTrailerError", "InvalidRequest"}
                self.assertTrue(answer.status == 400 and answer.code in refused, answer)

    def test_signed_chunks(self):
        put = lambda spoil=None, trailers=(), **more: self.key.chunks("/chunks/k", {}, PIECES, trailers, spoil, **more)
        swap = lambda old, new: lambda frames: [frame.replace(old, new) for frame in frames]
        trailers = [("x-amz-checksum-crc32", SUM)]

        def flip(index):
            """Changes one digit of the signature of a frame."""
            def spoil(frames):
                head, signature = frames[index].split(b"signature", 1)
                digit = b"0" if signature[1:2] != b"0" else b"1"
                frames[index] = head + b"signature" + signature[:1] + digit + signature[2:]
                return frames
            return spoil

        def drop(index):
            return lambda frames: frames[:index] + frames[index + 1 :]

        mismatch = (403, "SignatureDoesNotMatch", "s3")
        incomplete = (400, "IncompleteBody", "s3")
        self.run_cases(
            [
                Case("a changed byte", put(swap(b"0123", b"0124")), *mismatch),
                Case("a changed signature of the first chunk", put(flip(0)), *mismatch),
                Case("a changed signature of the second chunk", put(flip(1)), *mismatch),
                Case("a changed signature of the last chunk", put(flip(2)), *mismatch),
                Case("a changed signature of the trailer", put(flip(3), trailers), *mismatch),
                Case("a changed trailer", put(swap(SUM.encode(), b"AAAAAA=="), trailers), *mismatch),
                Case("chunks that changed places", put(lambda frames: [frames[1], frames[0], *frames[2:]]), *mismatch),
                Case("the first chunk left out", put(drop(0)), *mismatch),
                Case("the last chunk left out", put(drop(2)), *incomplete),
                Case("the trailer left out", put(drop(3), trailers), 400, "MalformedTrailerError", "s3"),
                Case("no signature", put(swap(b";chunk-signature=", b";other=")), *incomplete),
                Case("an empty signature", put(lambda frames: [b"2000;chunk-signature=\r\n" + PIECES[0] + b"\r\n", *frames[1:]]),
                     *mismatch),
                Case("a chunk larger than is held", put(lambda frames: [b"fffffff" + frames[0][4:], *frames[1:]]), 400,
                     "InvalidRequest", "s3"),
                Case("a trailer without its signature", put(lambda frames: [*frames[:3], TRAILER], trailers), 400,
                     "MalformedTrailerError", "s3"),
            ]
        )

    def test_a_connection_that_breaks_within_a_chunk(self):
        for at in (10, 5_000, len(WHOLE) - 5):
            with self.subTest(at=at):
                answer = self.ask(unsigned(WHOLE[:at], length=len(WHOLE)), end=True)
                self.assertEqual((answer.status, answer.code), (400, "IncompleteBody"))


class Whole(Hostile):
    """What is refused broken is taken whole."""

    def test_bodies_that_hold(self):
        self.assertEqual(self.ask(rest("s3", "PUT", "/chunks")).status, 200)
        key = Key(self.ask)
        for what, sent in {
            "unsigned chunks": unsigned(WHOLE),
            "without the last line end": unsigned(WHOLE[:-2]),
            "without both last line ends": unsigned(WHOLE[:-4]),
            "signed chunks": key.chunks("/chunks/k", {}, PIECES),
            "signed chunks and trailer": key.chunks("/chunks/k", {}, PIECES, [("x-amz-checksum-crc32", SUM)]),
            "a trailer nobody announced": unsigned(WHOLE, trailer=None),
            "a checksum in a header": whole(BODY, x_amz_checksum_crc32=SUM),
        }.items():
            with self.subTest(what):
                answer = self.ask(sent)
                self.assertEqual(answer.status, 200, answer)
                self.assertEqual(self.ask(rest("s3", "GET", "/chunks/k")).body, BODY)
                self.assertEqual(self.ask(rest("s3", "DELETE", "/chunks/k")).status, 204)


if __name__ == "__main__":
    unittest.main()
