"""An OIDC issuer on loopback, for one test. Needs the standard library only: what it signs is RS256 by hand."""

import base64
import hashlib
import http.server
import json
import threading
import time

#: A key of this test's own.
N = int(
    "e6b776993a7d2884182a48ed070f50527aea5fcfb13c11bd7ed2f9289df88216238d7d28776148aa777b67da2985f70d"
    "f4a7a5751527c86bee93ce1dcf608e3704eb43f948b965af0e918105429724c6c6c097ef97e4844462be2ad192bb29a8"
    "a612152fc52223f286e70b6f1b6916ec739c4191782c63a7994202985b7a3bc66015b76a2ed994933a649c2a103fb4cf"
    "f053270a1aa541e7b7e33619ac75566c6b868f7ecc2ab785c88aacd9edc0541834d7077016938a39226b345405c9bccc"
    "c78f25a9e439ef96df2433acfe3bc97f0e695faaab78413c7f08fb141a368a7d15d918cf725b6603e05bc8575123f0cc"
    "bcf5cd3dd8d138a9cf149ca7b9f49481",
    16,
)
D = int(
    "73dd0ea244cd35dba0871bb86d2333a338371b86a1eb18bda14331fd43d7d8fc653e58ec498781869a1a4f3d303d26a4"
    "cb88a57ef6f0d3a5e05a39d89e9c4ecf329933b9acdbee44cb7c26df0d61fa061929ff2343946f1828be77a2679db67e"
    "0b68695b64149118eac67ce77f4c7746a78881251cc4ae072ce0098d99e2f8c0e2b86887e526d98f373aab0ee96993df"
    "761567dabb56888eb1cf3ba14cb24d69ffc44275284087a1383ce40928de1e79ab0a59bda935f0da9f144c2048d988b4"
    "936267efbc783212712769453e15edc1fcbfd26bee7080eaaf5c89e3e301f0daccb5d950b6093a766c91afdca197a0ee"
    "33e32ff00dfb6fc15e4f8be3d02f5c1",
    16,
)
#: How SHA-256 digests begin within a signature (RFC 8017, section 9.2).
PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(message, bits=2048):
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    digest = PREFIX + hashlib.sha256(message).digest()
    padded = b"\0\1" + b"\xff" * (bits // 8 - len(digest) - 3) + b"\0" + digest
    return pow(int.from_bytes(padded, "big"), D, N).to_bytes(bits // 8, "big")


class Issuer:
    """Answers discovery and its keys under `endpoint`; calls itself `url`. `asked` counts what was asked for."""

    def __init__(self, url="https://issuer.test/team"):
        self.url = url
        self.asked = []
        self.document = {"issuer": url, "jwks_uri": url + "/keys"}
        self.keys = {"keys": [{"kty": "RSA", "kid": "k1", "use": "sig", "alg": "RS256", "n": encode(N.to_bytes(256, "big")), "e": "AQAB"}]}
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked.append(self.path)
                pages = {"/.well-known/openid-configuration": issuer.document, "/keys": issuer.keys}
                page = pages.get(self.path)
                body = json.dumps(page).encode()
                self.send_response(200 if page else 404)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def flag(self):
        """How angae is told where it is."""
        return f"{self.url}={self.endpoint}"

    def token(self, head=None, **claims):
        """A token for an hour; `head` and `claims` replace what stands in it, `None` takes it out."""
        now = int(time.time())
        head = {"alg": "RS256", "kid": "k1", "typ": "JWT", **(head or {})}
        body = {"iss": self.url, "aud": "sts.amazonaws.com", "sub": "pod", "iat": now, "exp": now + 3600, **claims}
        parts = [encode(json.dumps({k: v for k, v in part.items() if v is not None}).encode()) for part in (head, body)]
        signed = ".".join(parts)
        return f"{signed}.{encode(sign(signed.encode()))}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
