//! The certificate authority of a data folder and the certificates the port shows.
//!
//! The authority is made once; its certificate (`angae tls ca`) is what a user trusts. The port's own are made anew
//! in each run and kept in memory only.

mod certificates;

use crate::failure::Failure;
use certificates::Certificates;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use std::path::Path;
use std::sync::Arc;

const CERTIFICATE: &str = "tls-ca.pem";
const KEY: &str = "tls-ca.key.pem";

/// The authority's certificate in PEM, made if the folder has none.
pub(crate) fn authority_pem(folder: &Path) -> Result<String, Failure> {
    Ok(authority(folder)?.0)
}

/// What the listener needs to speak TLS, with HTTP/2 and HTTP/1.1.
pub(crate) fn server_config(folder: &Path) -> Result<Arc<ServerConfig>, Failure> {
    let (_, key) = authority(folder)?;
    // Name and extensions of the authority are always the same: only its key is read back.
    let issuer = Issuer::new(authority_params(), key);
    let own = Certificates::new(issuer).map_err(|error| broken(folder, &error))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| broken(folder, &error))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(own));
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Reads the authority, or makes it.
fn authority(folder: &Path) -> Result<(String, KeyPair), Failure> {
    let (certificate, key) = (folder.join(CERTIFICATE), folder.join(KEY));
    if !certificate.exists() {
        return make_authority(folder);
    }
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    };
    let pem = read(&certificate)?;
    let key = KeyPair::from_pem(&read(&key)?).map_err(|error| broken(folder, &error))?;
    Ok((pem, key))
}

/// Makes the authority and keeps it: the key first, so that a certificate without its key never stands there.
fn make_authority(folder: &Path) -> Result<(String, KeyPair), Failure> {
    let key = KeyPair::generate().map_err(|error| broken(folder, &error))?;
    let pem = authority_params().self_signed(&key).map_err(|error| broken(folder, &error))?.pem();
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        write_private(&path, text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    };
    std::fs::create_dir_all(folder)
        .map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    write(KEY, &key.serialize_pem())?;
    write(CERTIFICATE, &pem)?;
    Ok((pem, key))
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "angae local authority");
    params
}

/// Writes a file that only its owner may read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn broken(folder: &Path, cause: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!(
        "the certificate authority in {} cannot be used ({cause}); remove {CERTIFICATE} and {KEY} there to have a new one made",
        folder.display()
    ))
}
