//! `aws-chunked` bodies: however the pieces fall, the outcome is the same, and what was framed comes out.
//!
//! The first byte says how pieces are cut and whether chunks are signed; the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::sign::{ChunkDecoder, ChunkSigning, Payload};

type Outcome = Result<(Vec<u8>, Vec<(String, String)>), String>;

fuzz_target!(|bytes: &[u8]| {
    let Some((mode, body)) = bytes.split_first() else { return };
    let (signed, keyed, framed) = (mode & 1 != 0, mode & 2 != 0, mode & 4 != 0);
    let piece = usize::from(mode >> 3).max(1);
    if framed {
        // A well-formed body of unsigned chunks must come out as it went in.
        let mut frames = Vec::new();
        for chunk in body.chunks(piece) {
            frames.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            frames.extend_from_slice(chunk);
            frames.extend_from_slice(b"\r\n");
        }
        frames.extend_from_slice(b"0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
        let (out, trailers) =
            decode(&frames, piece, false, false, Some(body.len() as u64)).expect("it is well formed");
        assert_eq!(out, body);
        assert_eq!(trailers, [("x-amz-checksum-crc32".to_owned(), "AAAAAA==".to_owned())]);
        return;
    }
    let whole = decode(body, body.len().max(1), signed, keyed, None);
    let pieces = decode(body, piece, signed, keyed, None);
    assert_eq!(whole, pieces, "the outcome depends on where the pieces were cut");
});

fn decode(body: &[u8], piece: usize, signed: bool, keyed: bool, announced: Option<u64>) -> Outcome {
    let signing = ChunkSigning {
        key: keyed.then_some([7; 32]),
        date: "20260101T000000Z".to_owned(),
        scope: "20260101/us-east-1/s3/aws4_request".to_owned(),
        previous: "0".repeat(64),
    };
    let payload = if signed { Payload::SignedChunks { trailer: true } } else { Payload::UnsignedChunks };
    let mut decoder = ChunkDecoder::new(signing, &payload, announced);
    let mut out = Vec::new();
    for piece in body.chunks(piece) {
        decoder.push(piece, &mut out).map_err(|fault| fault.code.into_owned())?;
        assert!(out.len() <= body.len(), "more came out than went in");
    }
    let trailers = decoder.finish().map_err(|fault| fault.code.into_owned())?;
    Ok((out, trailers))
}
