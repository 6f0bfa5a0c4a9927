"""Signatures of an access key that angae issued, so that it judges them: whole requests, presigned URLs, chunks."""

import datetime
import hashlib
import hmac
import re

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from raw import form, request

HOST = "127.0.0.1"
FORM = "application/x-www-form-urlencoded"


def now(minutes=0):
    """The time as it is signed, so many minutes from now."""
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)).strftime("%Y%m%dT%H%M%SZ")


class Key:
    """An access key, made through IAM; `ask` sends a request."""

    def __init__(self, ask, name="signer"):
        version = b"&Version=2010-05-08&UserName=" + name.encode()
        made = ask(form("iam", b"Action=CreateUser" + version))
        assert made.status == 200, made
        made = ask(form("iam", b"Action=CreateAccessKey" + version))
        text = made.body.decode()
        self.id = re.search("<AccessKeyId>(.*?)<", text).group(1)
        self.secret = re.search("<SecretAccessKey>(.*?)<", text).group(1)

    def headers(self, service, method, target, headers=(), body=b"", region="us-east-1", date=None, secret=None, scope_date=None):
        """The headers of a signed request, `Authorization` among them."""
        kind = S3SigV4Auth if service == "s3" else SigV4Auth
        auth = kind(Credentials(self.id, secret or self.secret), service, region)
        sent = AWSRequest(method, f"http://{HOST}{target}", dict(headers), body)
        sent.headers["Host"] = HOST
        sent.headers["X-Amz-Date"] = date or now()
        if service == "s3" and "X-Amz-Content-SHA256" not in sent.headers:
            sent.headers["X-Amz-Content-SHA256"] = hashlib.sha256(body).hexdigest()
        # Botocore takes the time from here, and signs in its day.
        sent.context["timestamp"] = scope_date or sent.headers["X-Amz-Date"]
        sent.context["payload_signing_enabled"] = True
        canonical = auth.canonical_request(sent)
        signature = auth.signature(auth.string_to_sign(sent, canonical), sent)
        names = auth.signed_headers(auth.headers_to_sign(sent))
        sent.headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={auth.scope(sent)}, SignedHeaders={names}, Signature={signature}"
        )
        return {name: value for name, value in sent.headers.items() if name != "Host"}

    def request(self, service, method, target, headers=(), body=b"", sent_body=None, **how):
        """A signed request as bytes; `sent_body` goes in place of the body that was signed."""
        signed = self.headers(service, method, target, headers, body, **how)
        return request(method, target, signed, body if sent_body is None else sent_body)

    def form(self, service, body, **how):
        """A signed request of a query service."""
        return self.request(service, "POST", "/", {"Content-Type": FORM}, body, **how)

    def chunks(self, target, headers, pieces, trailers=(), spoil=None, **more):
        """A PUT to S3 whose pieces are signed one by one. `spoil(frames)` may change the list of frames."""
        kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailers else "")
        signed = self.headers(
            "s3",
            "PUT",
            target,
            {
                **dict(headers),
                "X-Amz-Content-SHA256": kind,
                "X-Amz-Decoded-Content-Length": str(sum(map(len, pieces))),
                "Content-Encoding": "aws-chunked",
                **({"X-Amz-Trailer": ",".join(name for name, _ in trailers)} if trailers else {}),
            },
        )
        date, previous = signed["X-Amz-Date"], signed["Authorization"].rsplit("=", 1)[1]
        scope = f"{date[:8]}/us-east-1/s3/aws4_request"
        key = ("AWS4" + self.secret).encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")

        def sign(kind, *hashes):
            text = "\n".join((f"AWS4-HMAC-SHA256-{kind}", date, scope, previous, *hashes))
            return hmac.new(key, text.encode(), "sha256").hexdigest()

        empty = hashlib.sha256(b"").hexdigest()
        frames = []
        for piece in (*pieces, b""):
            previous = sign("PAYLOAD", empty, hashlib.sha256(piece).hexdigest())
            end = b"" if trailers and not piece else b"\r\n"
            frames.append(b"%x;chunk-signature=%s\r\n%s%s" % (len(piece), previous.encode(), piece, end))
        if trailers:
            text = "".join(f"{name}:{value}\n" for name, value in trailers)
            block = "".join(f"{name}:{value}\r\n" for name, value in trailers)
            block += f"x-amz-trailer-signature:{sign('TRAILER', hashlib.sha256(text.encode()).hexdigest())}\r\n\r\n"
            frames.append(block.encode())
        if spoil:
            frames = spoil(frames)
        return request("PUT", target, signed, b"".join(frames), **more)
