//! Checksums: the algorithms, the headers and trailers that carry them, and how parts combine.
//!
//! Source: Amazon S3 User Guide, "Checking object integrity"; texts as recorded from AWS.

use crate::error::{Error, Refusal};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use crc_fast::CrcAlgorithm;
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use wire::Head;
use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh64::Xxh64;

/// How the headers and trailers begin that carry checksums.
pub(crate) const HEADERS: &str = "x-amz-checksum-";

/// What a checksum is computed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// CRC-32/ISO-HDLC.
    #[serde(rename = "CRC32")]
    Crc32,
    /// CRC-32/ISCSI.
    #[serde(rename = "CRC32C")]
    Crc32c,
    /// CRC-64/NVME: what S3 computes where nothing was sent.
    #[serde(rename = "CRC64NVME")]
    Crc64Nvme,
    /// SHA-1.
    #[serde(rename = "SHA1")]
    Sha1,
    /// SHA-256.
    #[serde(rename = "SHA256")]
    Sha256,
    /// SHA-512.
    #[serde(rename = "SHA512")]
    Sha512,
    /// MD5 as a checksum of its own, apart from `Content-MD5`.
    #[serde(rename = "MD5")]
    Md5,
    /// XXH64 with seed 0.
    #[serde(rename = "XXHASH64")]
    Xxhash64,
    /// XXH3 of 64 bits with seed 0.
    #[serde(rename = "XXHASH3")]
    Xxhash3,
    /// XXH3 of 128 bits with seed 0.
    #[serde(rename = "XXHASH128")]
    Xxhash128,
}

/// What a checksum of a multipart object covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coverage {
    /// The checksums of the parts.
    #[serde(rename = "COMPOSITE")]
    Composite,
    /// The bytes.
    #[serde(rename = "FULL_OBJECT")]
    FullObject,
}

/// The checksum of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checksum {
    pub(crate) algorithm: Algorithm,
    pub(crate) coverage: Coverage,
    /// Base64, without the `-N` of composite ones.
    pub(crate) value: String,
}

impl Algorithm {
    /// Every algorithm, in the order of S3's sentences.
    pub(crate) const ALL: [Self; 10] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Md5,
        Self::Xxhash64,
        Self::Xxhash3,
        Self::Xxhash128,
    ];

    /// As `x-amz-checksum-algorithm` names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
            Self::Md5 => "MD5",
            Self::Xxhash64 => "XXHASH64",
            Self::Xxhash3 => "XXHASH3",
            Self::Xxhash128 => "XXHASH128",
        }
    }

    /// As sentences name it.
    pub(crate) fn lower(self) -> &'static str {
        &self.header()[HEADERS.len()..]
    }

    /// The header, or the trailer, that carries a value.
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
            Self::Sha512 => "x-amz-checksum-sha512",
            Self::Md5 => "x-amz-checksum-md5",
            Self::Xxhash64 => "x-amz-checksum-xxhash64",
            Self::Xxhash3 => "x-amz-checksum-xxhash3",
            Self::Xxhash128 => "x-amz-checksum-xxhash128",
        }
    }

    /// Bytes of a value.
    pub(crate) const fn len(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme | Self::Xxhash64 | Self::Xxhash3 => 8,
            Self::Md5 | Self::Xxhash128 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// Reads the name, in any case.
    pub(crate) fn parse(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name));
        found.ok_or(Error::InvalidRequest(Refusal::ChecksumUnsupported))
    }

    /// What a multipart upload covers where it does not say.
    pub(crate) const fn default_coverage(self) -> Coverage {
        match self {
            Self::Crc64Nvme => Coverage::FullObject,
            Self::Crc32
            | Self::Crc32c
            | Self::Sha1
            | Self::Sha256
            | Self::Sha512
            | Self::Md5
            | Self::Xxhash64
            | Self::Xxhash3
            | Self::Xxhash128 => Coverage::Composite,
        }
    }

    /// Refuses what the algorithm cannot cover: hashes of parts do not combine, CRC64NVME always does.
    pub(crate) fn check(self, coverage: Coverage) -> Result<(), Error> {
        let fits = match self {
            Self::Crc32 | Self::Crc32c => true,
            Self::Crc64Nvme => coverage == Coverage::FullObject,
            Self::Sha1
            | Self::Sha256
            | Self::Sha512
            | Self::Md5
            | Self::Xxhash64
            | Self::Xxhash3
            | Self::Xxhash128 => coverage == Coverage::Composite,
        };
        if fits {
            Ok(())
        } else {
            Err(Error::InvalidRequest(Refusal::ChecksumPair { coverage, algorithm: self }))
        }
    }

    fn crc(self) -> Option<CrcAlgorithm> {
        match self {
            Self::Crc32 => Some(CrcAlgorithm::Crc32IsoHdlc),
            Self::Crc32c => Some(CrcAlgorithm::Crc32Iscsi),
            Self::Crc64Nvme => Some(CrcAlgorithm::Crc64Nvme),
            Self::Sha1
            | Self::Sha256
            | Self::Sha512
            | Self::Md5
            | Self::Xxhash64
            | Self::Xxhash3
            | Self::Xxhash128 => None,
        }
    }
}

impl Coverage {
    /// As `x-amz-checksum-type` names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Composite => "COMPOSITE",
            Self::FullObject => "FULL_OBJECT",
        }
    }

    /// Reads the name; the model has refused any other.
    pub(crate) fn parse(name: &str) -> Result<Self, Error> {
        match name {
            "COMPOSITE" => Ok(Self::Composite),
            "FULL_OBJECT" => Ok(Self::FullObject),
            _ => Err(Error::InvalidRequest(Refusal::ChecksumType)),
        }
    }
}

/// A checksum on its way.
pub(crate) enum Hasher {
    Crc(Algorithm, Box<crc_fast::Digest>),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Sha512),
    Md5(Md5),
    Xxhash64(Box<Xxh64>),
    Xxhash3(Box<Xxh3>),
    Xxhash128(Box<Xxh3>),
}

impl Hasher {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let crc = |crc| Self::Crc(algorithm, Box::new(crc_fast::Digest::new(crc)));
        match algorithm {
            Algorithm::Crc32 => crc(CrcAlgorithm::Crc32IsoHdlc),
            Algorithm::Crc32c => crc(CrcAlgorithm::Crc32Iscsi),
            Algorithm::Crc64Nvme => crc(CrcAlgorithm::Crc64Nvme),
            Algorithm::Sha1 => Self::Sha1(Sha1::new()),
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
            Algorithm::Sha512 => Self::Sha512(Sha512::new()),
            Algorithm::Md5 => Self::Md5(Md5::new()),
            Algorithm::Xxhash64 => Self::Xxhash64(Box::new(Xxh64::new(0))),
            Algorithm::Xxhash3 => Self::Xxhash3(Box::new(Xxh3::new())),
            Algorithm::Xxhash128 => Self::Xxhash128(Box::new(Xxh3::new())),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Crc(_, digest) => digest.update(bytes),
            Self::Sha1(digest) => digest.update(bytes),
            Self::Sha256(digest) => digest.update(bytes),
            Self::Sha512(digest) => digest.update(bytes),
            Self::Md5(digest) => digest.update(bytes),
            Self::Xxhash64(digest) => digest.update(bytes),
            Self::Xxhash3(digest) | Self::Xxhash128(digest) => digest.update(bytes),
        }
    }

    /// The value in base64, big-endian: xxHash calls that its canonical form.
    pub(crate) fn finish(self) -> String {
        match self {
            Self::Crc(algorithm, digest) => crc_text(algorithm, digest.finalize()),
            Self::Sha1(digest) => BASE64.encode(digest.finalize()),
            Self::Sha256(digest) => BASE64.encode(digest.finalize()),
            Self::Sha512(digest) => BASE64.encode(digest.finalize()),
            Self::Md5(digest) => BASE64.encode(digest.finalize()),
            Self::Xxhash64(digest) => BASE64.encode(digest.digest().to_be_bytes()),
            Self::Xxhash3(digest) => BASE64.encode(digest.digest().to_be_bytes()),
            Self::Xxhash128(digest) => BASE64.encode(digest.digest128().to_be_bytes()),
        }
    }
}

fn crc_text(algorithm: Algorithm, value: u64) -> String {
    let bytes = value.to_be_bytes();
    BASE64.encode(&bytes[bytes.len() - algorithm.len()..])
}

/// One part's checksum and length.
pub(crate) struct PartSum<'p> {
    pub(crate) value: &'p str,
    pub(crate) size: u64,
}

/// The checksum of an object from those of its parts.
pub(crate) fn combine(algorithm: Algorithm, coverage: Coverage, parts: &[PartSum<'_>]) -> Checksum {
    let value = match (coverage, algorithm.crc()) {
        (Coverage::FullObject, Some(crc)) => {
            let joined = parts.iter().fold(None, |sum: Option<u64>, part| {
                let own = number(part.value);
                Some(sum.map_or(own, |sum| crc_fast::checksum_combine(crc, sum, own, part.size)))
            });
            crc_text(algorithm, joined.unwrap_or(0))
        }
        _ => {
            let mut hasher = Hasher::new(algorithm);
            for part in parts {
                hasher.update(
                    &BASE64.decode(part.value).expect("stored checksums are base64 of our own making"),
                );
            }
            hasher.finish()
        }
    };
    Checksum { algorithm, coverage, value }
}

fn number(value: &str) -> u64 {
    let bytes = BASE64.decode(value).expect("stored checksums are base64 of our own making");
    bytes.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

/// A checksum the client vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) algorithm: Algorithm,
    /// The value; `None` where a trailer brings it.
    pub(crate) value: Option<String>,
}

/// The checksum members of a request, in the order of [`Algorithm::ALL`].
pub(crate) struct Sent<'i> {
    pub(crate) values: [Option<&'i str>; 10],
}

/// Reads the checksum members of a request.
macro_rules! sent {
    ($input:expr) => {
        $crate::checksum::Sent {
            values: [
                $input.checksum_crc32.as_deref(),
                $input.checksum_crc32_c.as_deref(),
                $input.checksum_crc64_nvme.as_deref(),
                $input.checksum_sha1.as_deref(),
                $input.checksum_sha256.as_deref(),
                $input.checksum_sha512.as_deref(),
                $input.checksum_md5.as_deref(),
                $input.checksum_xxhash64.as_deref(),
                $input.checksum_xxhash3.as_deref(),
                $input.checksum_xxhash128.as_deref(),
            ],
        }
    };
}
pub(crate) use sent;

/// Writes a checksum into the members of an answer.
macro_rules! answer {
    ($output:expr, $algorithm:expr, $value:expr) => {
        match $algorithm {
            $crate::checksum::Algorithm::Crc32 => $output.checksum_crc32 = Some($value),
            $crate::checksum::Algorithm::Crc32c => $output.checksum_crc32_c = Some($value),
            $crate::checksum::Algorithm::Crc64Nvme => $output.checksum_crc64_nvme = Some($value),
            $crate::checksum::Algorithm::Sha1 => $output.checksum_sha1 = Some($value),
            $crate::checksum::Algorithm::Sha256 => $output.checksum_sha256 = Some($value),
            $crate::checksum::Algorithm::Sha512 => $output.checksum_sha512 = Some($value),
            $crate::checksum::Algorithm::Md5 => $output.checksum_md5 = Some($value),
            $crate::checksum::Algorithm::Xxhash64 => $output.checksum_xxhash64 = Some($value),
            $crate::checksum::Algorithm::Xxhash3 => $output.checksum_xxhash3 = Some($value),
            $crate::checksum::Algorithm::Xxhash128 => $output.checksum_xxhash128 = Some($value),
        }
    };
}
pub(crate) use answer;

impl Sent<'_> {
    /// The one checksum that was sent as a header, if any.
    pub(crate) fn only(&self) -> Result<Option<Claim>, Error> {
        let mut sent = Algorithm::ALL
            .into_iter()
            .zip(self.values)
            .filter_map(|(algorithm, value)| Some((algorithm, value?)));
        let Some((algorithm, value)) = sent.next() else { return Ok(None) };
        if sent.next().is_some() {
            return Err(Error::InvalidRequest(Refusal::ChecksumsSeveral));
        }
        check_value(algorithm, value)?;
        Ok(Some(Claim { algorithm, value: Some(value.to_owned()) }))
    }

    /// As [`Sent::only`], or the one a trailer was promised for.
    pub(crate) fn claim(&self, head: &Head) -> Result<Option<Claim>, Error> {
        let trailer = head.header("x-amz-trailer").and_then(|name| name.trim().strip_prefix(HEADERS));
        match (self.only()?, trailer) {
            (Some(_), Some(_)) => Err(Error::InvalidRequest(Refusal::ChecksumsSeveral)),
            (None, Some(name)) => Ok(Some(Claim { algorithm: Algorithm::parse(name)?, value: None })),
            (claim, None) => Ok(claim),
        }
    }
}

/// Refuses an `x-amz-sdk-checksum-algorithm` that nobody knows. What counts is the checksum that is sent.
pub(crate) fn check_algorithm(named: Option<&str>) -> Result<(), Error> {
    named.map_or(Ok(()), |name| Algorithm::parse(name).map(|_| ()))
}

/// Refuses what is not base64 of the algorithm's length.
pub(crate) fn check_value(algorithm: Algorithm, value: &str) -> Result<(), Error> {
    let fits = BASE64.decode(value).is_ok_and(|bytes| bytes.len() == algorithm.len());
    if fits { Ok(()) } else { Err(Error::InvalidRequest(Refusal::ChecksumValue(algorithm))) }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Coverage, Hasher, PartSum, combine};

    fn sum(algorithm: Algorithm, bytes: &[u8]) -> String {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    #[test]
    fn values_are_those_of_the_catalogues() {
        // The check values of the CRC catalogue, of FIPS 180 and RFC 1321, and of the reference xxHash.
        for (algorithm, want) in [
            (Algorithm::Crc32, "y/Q5Jg=="),
            (Algorithm::Crc32c, "4waSgw=="),
            (Algorithm::Crc64Nvme, "rosUhgp5mIg="),
            (Algorithm::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE="),
            (Algorithm::Sha256, "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
            (
                Algorithm::Sha512,
                "2eZ2LdHI6vbWGzxhkvxAjU1tXxF20MKRabwk5xw/J0rSf81YEbMT1oH35V7ALXPUmclUVba1u1A6z1dPuo/+hQ==",
            ),
            (Algorithm::Md5, "JfnnlDI7RTiF9RgfG2JNCw=="),
            (Algorithm::Xxhash64, "jLhB20DmroM="),
            (Algorithm::Xxhash3, "ctyxi2ehff8="),
            (Algorithm::Xxhash128, "MxGUd+3l3NXpcWQnaB1YYA=="),
        ] {
            assert_eq!(sum(algorithm, b"123456789"), want, "{}", algorithm.name());
        }
        assert_eq!(sum(Algorithm::Crc64Nvme, b""), "AAAAAAAAAAA=");
    }

    #[test]
    fn full_object_sums_of_parts_equal_the_sum_of_the_whole() {
        let (left, right): (&[u8], &[u8]) = (b"the quick brown ", b"fox");
        for algorithm in [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme] {
            let sums = [sum(algorithm, left), sum(algorithm, right)];
            let parts = [
                PartSum { value: &sums[0], size: left.len() as u64 },
                PartSum { value: &sums[1], size: right.len() as u64 },
            ];
            let whole = combine(algorithm, Coverage::FullObject, &parts);
            assert_eq!(whole.value, sum(algorithm, &[left, right].concat()));
            let composite = combine(algorithm, Coverage::Composite, &parts);
            assert_ne!(composite.value, whole.value);
        }
    }
}
