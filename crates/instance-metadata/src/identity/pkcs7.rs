//! `SignedData` of PKCS #7 (RFC 2315, section 9) with its content in it, as the service answers it: one signer without
//! attributes, and no certificate, which whoever verifies has.

use x509_parser::parse_x509_certificate;
use yasna::models::ObjectIdentifier;
use yasna::{DERWriter, Tag, construct_der};

const SIGNED_DATA: [u64; 7] = [1, 2, 840, 113_549, 1, 7, 2];
const DATA: [u64; 7] = [1, 2, 840, 113_549, 1, 7, 1];
const SHA_256: [u64; 9] = [2, 16, 840, 1, 101, 3, 4, 2, 1];
const RSA_ENCRYPTION: [u64; 7] = [1, 2, 840, 113_549, 1, 1, 1];

/// The content with its signature by the key of a certificate. An error is for the log.
pub(super) fn signed_data(content: &[u8], certificate: &[u8], signature: &[u8]) -> Result<Vec<u8>, String> {
    let (_, certificate) = parse_x509_certificate(certificate).map_err(|error| error.to_string())?;
    let (issuer, serial) = (certificate.issuer().as_raw(), certificate.raw_serial());
    Ok(construct_der(|writer| {
        writer.write_sequence(|writer| {
            oid(writer.next(), &SIGNED_DATA);
            explicit(writer.next(), |writer| {
                writer.write_sequence(|writer| {
                    writer.next().write_u8(1);
                    writer.next().write_set(|writer| algorithm(writer.next(), &SHA_256));
                    writer.next().write_sequence(|writer| {
                        oid(writer.next(), &DATA);
                        explicit(writer.next(), |writer| writer.write_bytes(content));
                    });
                    writer.next().write_set(|writer| {
                        signer(writer.next(), issuer, serial, signature);
                    });
                });
            });
        });
    }))
}

/// `SignerInfo`.
fn signer(writer: DERWriter<'_>, issuer: &[u8], serial: &[u8], signature: &[u8]) {
    writer.write_sequence(|writer| {
        writer.next().write_u8(1);
        writer.next().write_sequence(|writer| {
            writer.next().write_der(issuer);
            // The bytes of the number as the certificate has them, with their sign.
            writer
                .next()
                .write_tagged_implicit(yasna::tags::TAG_INTEGER, |writer| writer.write_bytes(serial));
        });
        algorithm(writer.next(), &SHA_256);
        algorithm(writer.next(), &RSA_ENCRYPTION);
        writer.next().write_bytes(signature);
    });
}

fn oid(writer: DERWriter<'_>, of: &[u64]) {
    writer.write_oid(&ObjectIdentifier::from_slice(of));
}

/// An algorithm without parameters.
fn algorithm(writer: DERWriter<'_>, of: &[u64]) {
    writer.write_sequence(|writer| {
        oid(writer.next(), of);
        writer.next().write_null();
    });
}

fn explicit(writer: DERWriter<'_>, content: impl FnOnce(DERWriter<'_>)) {
    writer.write_tagged(Tag::context(0), content);
}
