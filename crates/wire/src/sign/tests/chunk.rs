//! Chunk framing, its signatures and trailers.

use super::super::{ChunkDecoder, ChunkSigning, CredentialScope, KeyCache, Payload, hmac, sha256_hex};
use crate::Fault;

const SIGNED: Payload = Payload::SignedChunks { trailer: false };
const SIGNED_WITH_TRAILER: Payload = Payload::SignedChunks { trailer: true };

/// What a decoder makes of pieces: content and trailers.
type Outcome = Result<(Vec<u8>, Vec<(String, String)>), Fault>;

fn decode(seed: &str, payload: &Payload, announced: Option<u64>, pieces: &[&[u8]]) -> Outcome {
    let mut decoder = ChunkDecoder::new(signing(seed), payload, announced);
    let mut out = Vec::new();
    for piece in pieces {
        decoder.push(piece, &mut out)?;
    }
    decoder.finish().map(|trailers| (out, trailers))
}

/// The key of the S3 guide's examples.
fn signing(seed: &str) -> ChunkSigning {
    let scope = CredentialScope {
        date: "20130524".to_owned(),
        region: Some("us-east-1".to_owned()),
        service: "s3".to_owned(),
    };
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    ChunkSigning {
        key: Some(KeyCache::default().signing_key(secret, &scope)),
        date: "20130524T000000Z".to_owned(),
        scope: scope.text(),
        previous: seed.to_owned(),
    }
}

/// A signed body of these chunks; the last one is empty. `trailers` are signed after it.
fn signed_body(seed: &str, chunks: &[&[u8]], trailers: &[&str]) -> Vec<u8> {
    let ChunkSigning { key, date, scope, mut previous } = signing(seed);
    let key = key.unwrap();
    let mut body = Vec::new();
    for chunk in chunks.iter().chain([&b"".as_slice()]) {
        let (empty, hash) = (sha256_hex(b""), sha256_hex(chunk));
        let text = format!("AWS4-HMAC-SHA256-PAYLOAD\n{date}\n{scope}\n{previous}\n{empty}\n{hash}");
        previous = hex::encode(hmac(&key, text.as_bytes()));
        body.extend_from_slice(format!("{:x};chunk-signature={previous}\r\n", chunk.len()).as_bytes());
        if !chunk.is_empty() {
            body.extend_from_slice(chunk);
            body.extend_from_slice(b"\r\n");
        }
    }
    if !trailers.is_empty() {
        let lines: String = trailers.iter().map(|line| format!("{line}\n")).collect();
        let hash = sha256_hex(lines.as_bytes());
        let text = format!("AWS4-HMAC-SHA256-TRAILER\n{date}\n{scope}\n{previous}\n{hash}");
        let signature = hex::encode(hmac(&key, text.as_bytes()));
        for line in trailers {
            body.extend_from_slice(format!("{line}\r\n").as_bytes());
        }
        body.extend_from_slice(format!("x-amz-trailer-signature:{signature}\r\n").as_bytes());
    }
    body.extend_from_slice(b"\r\n");
    body
}

/// The examples of the S3 guide: 65 KiB of `a` in two chunks, without and with a trailer.
#[test]
fn the_guides_examples_hold() {
    let (first, second) = (vec![b'a'; 65_536], vec![b'a'; 1_024]);
    let body = |signatures: [&str; 3], end: &str| {
        let mut body = format!("10000;chunk-signature={}\r\n", signatures[0]).into_bytes();
        body.extend_from_slice(&first);
        body.extend_from_slice(format!("\r\n400;chunk-signature={}\r\n", signatures[1]).as_bytes());
        body.extend_from_slice(&second);
        body.extend_from_slice(format!("\r\n0;chunk-signature={}\r\n{end}", signatures[2]).as_bytes());
        body
    };
    let plain = body(
        [
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ],
        "\r\n",
    );
    let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
    let (content, trailers) = decode(seed, &SIGNED, Some(66_560), &[&plain]).unwrap();
    assert_eq!((content, trailers.len()), ([first.clone(), second.clone()].concat(), 0));
    let with_trailer = body(
        [
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ],
        "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:\
         d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
    );
    let seed = "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e";
    let (content, trailers) = decode(seed, &SIGNED_WITH_TRAILER, Some(66_560), &[&with_trailer]).unwrap();
    assert_eq!(content.len(), 66_560);
    assert_eq!(trailers[0], ("x-amz-checksum-crc32c".to_owned(), "sOO8/Q==".to_owned()));
}

#[test]
fn pieces_may_end_anywhere() {
    let body = signed_body("00", &[b"hello ", b"world"], &["x-amz-checksum-crc32:AAAAAA=="]);
    for cut in 0..=body.len() {
        let (left, right) = body.split_at(cut);
        let (content, trailers) = decode("00", &SIGNED_WITH_TRAILER, Some(11), &[left, right]).unwrap();
        assert_eq!((content.as_slice(), trailers.len()), (b"hello world".as_slice(), 2), "{cut}");
    }
    let single: Vec<&[u8]> = body.chunks(1).collect();
    assert!(decode("00", &SIGNED_WITH_TRAILER, Some(11), &single).is_ok());
}

/// A body that ends early is refused wherever it ends; only the last line end may be missing.
#[test]
fn a_body_cut_anywhere_is_refused() {
    let crlf = 2;
    for (payload, trailers) in [(SIGNED, [].as_slice()), (SIGNED_WITH_TRAILER, &["x-amz-meta-a:b"])] {
        let body = signed_body("00", &[b"hello ", b"world"], trailers);
        // The line end of the last line with content, and the empty line.
        let tolerated = body.len() - crlf - if trailers.is_empty() { 0 } else { crlf };
        for cut in 0..body.len() {
            let outcome = decode("00", &payload, Some(11), &[&body[..cut]]);
            assert_eq!(outcome.is_ok(), cut >= tolerated, "{cut} of {}", body.len());
        }
    }
    let body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    let last_chunk_ends = 13;
    for cut in 0..last_chunk_ends {
        let outcome = decode("00", &Payload::UnsignedChunks, Some(5), &[&body[..cut]]);
        assert_eq!(outcome.unwrap_err().code, "IncompleteBody", "{cut}");
    }
}

/// A change of one byte is refused, unless the framing means the same with it.
#[test]
fn a_byte_changed_anywhere_is_refused() {
    let trailers = ["x-amz-checksum-crc32:AAAAAA=="];
    let body = signed_body("00", &[b"hello, hello", b"world"], &trailers);
    let whole = decode("00", &SIGNED_WITH_TRAILER, Some(17), &[&body]).unwrap();
    for at in 0..body.len() {
        for changed in [body[at] ^ 0x01, body[at] ^ 0x20, b'\n', b';'] {
            let mut body = body.clone();
            if body[at] == changed {
                continue;
            }
            body[at] = changed;
            if let Ok(outcome) = decode("00", &SIGNED_WITH_TRAILER, Some(17), &[&body]) {
                assert_eq!(outcome, whole, "byte {at} became {changed:#x}");
            }
        }
    }
}

#[test]
fn framing_that_lies_is_refused_with_its_code() {
    let wrong_key = signed_body("01", &[b"hello"], &[]);
    let no_trailer = signed_body("00", &[b"hello"], &[]);
    let with_trailer = String::from_utf8(signed_body("00", &[b"hello"], &["x-amz-meta-a:b"])).unwrap();
    let unsigned_trailer = format!("{}\r\n", with_trailer.split("x-amz-trailer-signature").next().unwrap());
    let forged_trailer = with_trailer.replace("x-amz-meta-a:b", "x-amz-meta-a:c");
    let long = "a".repeat(20_000);
    for (payload, announced, body, code) in [
        (SIGNED, Some(5), wrong_key.as_slice(), "SignatureDoesNotMatch"),
        (SIGNED, Some(4), &no_trailer, "IncompleteBody"),
        (SIGNED, Some(6), &no_trailer, "IncompleteBody"),
        (SIGNED, None, b"5\r\nhello\r\n0\r\n\r\n", "IncompleteBody"),
        (SIGNED, None, b"2000000;chunk-signature=00\r\n", "InvalidRequest"),
        (SIGNED_WITH_TRAILER, Some(5), &no_trailer, "MalformedTrailerError"),
        (SIGNED_WITH_TRAILER, Some(5), unsigned_trailer.as_bytes(), "MalformedTrailerError"),
        (SIGNED_WITH_TRAILER, Some(5), forged_trailer.as_bytes(), "SignatureDoesNotMatch"),
        (Payload::UnsignedChunks, None, b"5\r\nhello!\r\n0\r\n\r\n", "IncompleteBody"),
        (Payload::UnsignedChunks, None, b"6\r\nhello\r\n0\r\n\r\n", "IncompleteBody"),
        (Payload::UnsignedChunks, None, b"g\r\n", "IncompleteBody"),
        (Payload::UnsignedChunks, None, b"-1\r\n", "IncompleteBody"),
        (Payload::UnsignedChunks, None, b"+5\r\nhello\r\n0\r\n\r\n", "IncompleteBody"),
        (Payload::UnsignedChunks, None, b"ffffffffffffffffff\r\n", "IncompleteBody"),
        (Payload::UnsignedChunks, None, b"0\r\n\r\nmore", "IncompleteBody"),
        (Payload::UnsignedChunks, None, b"0\r\nno colon\r\n\r\n", "MalformedTrailerError"),
        (Payload::UnsignedChunks, None, long.as_bytes(), "IncompleteBody"),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        match decode("00", &payload, announced, &[body]) {
            Ok(_) => panic!("{shown:?} was taken"),
            Err(fault) => assert_eq!(fault.code, code, "{shown:?}: {fault:?}"),
        }
    }
}

/// Where the key is not known, signatures are read past and the content is the same.
#[test]
fn unjudged_signatures_are_read_past() {
    let body = signed_body("00", &[b"hello"], &["x-amz-meta-a:b"]);
    let mut decoder = ChunkDecoder::new(ChunkSigning::unsigned(), &SIGNED_WITH_TRAILER, Some(5));
    let mut out = Vec::new();
    decoder.push(&body, &mut out).unwrap();
    assert_eq!(decoder.finish().unwrap().len(), 2);
    assert_eq!(out, b"hello");
}

#[test]
fn unsigned_chunks_pass_at_once_and_bring_their_trailer() {
    let mut decoder = ChunkDecoder::new(ChunkSigning::unsigned(), &Payload::UnsignedChunks, Some(5));
    let mut out = Vec::new();
    decoder.push(b"5\r\nhel", &mut out).unwrap();
    assert_eq!(out, b"hel");
    decoder.push(b"lo\r\n0\r\nX-Amz-Checksum-CRC32: NhCmhg==\r\n\r\n", &mut out).unwrap();
    let trailers = decoder.finish().unwrap();
    assert_eq!(trailers, [("x-amz-checksum-crc32".to_owned(), "NhCmhg==".to_owned())]);
}
