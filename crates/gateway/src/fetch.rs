//! Documents of identity providers that the user registered: one GET a document, over TLS, over a connection of its
//! own. What is fetched is small, comes at once and from where it was asked for: no redirect is followed.

use bytes::Bytes;
use http::{StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::rt::TokioIo;
use ports::{Fetch, FetchError, Fetching, StepError};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use sha1::{Digest, Sha1};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a document may take, from the first packet to the last.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of a document at the most.
const MOST_BYTES: usize = 256 * 1024;

/// Fetches over HTTPS. The machine's own authorities vouch for a place, or a thumbprint does.
#[derive(Default)]
pub(crate) struct Https {
    /// The machine's authorities, read when the first document is wanted; `None` where it has none.
    authorities: Arc<OnceLock<Option<Arc<WebPkiServerVerifier>>>>,
}

impl Fetch for Https {
    fn fetch(&self, url: String, thumbprints: Vec<String>) -> Fetching {
        let authorities = self.authorities.clone();
        Box::pin(async move {
            let read = authorities.clone();
            let read = tokio::task::spawn_blocking(move || read.get_or_init(machine_authorities).clone());
            let verifier = Vouching {
                authorities: read.await.map_err(|error| FetchError::Unreachable(error.into()))?,
                thumbprints: thumbprints.iter().filter_map(|text| hex::decode(text).ok()).collect(),
                provider: Arc::new(ring::default_provider()),
            };
            match tokio::time::timeout(TIMEOUT, get(&url, verifier)).await {
                Ok(answer) => answer,
                Err(late) => Err(FetchError::Unreachable(late.into())),
            }
        })
    }
}

fn machine_authorities() -> Option<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    verifier(roots, &Arc::new(ring::default_provider()))
}

fn verifier(roots: RootCertStore, provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().ok()
}

async fn get(url: &str, verifier: Vouching) -> Result<Vec<u8>, FetchError> {
    let unreachable = |cause: StepError| FetchError::Unreachable(cause);
    let uri: Uri = url.parse().map_err(|error: http::uri::InvalidUri| unreachable(error.into()))?;
    let (Some("https"), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err(unreachable(format!("{url:?} is no https:// URL").into()));
    };
    let host = host.trim_matches(['[', ']']);
    let port = uri.port_u16().unwrap_or(443);
    let stream = TcpStream::connect((host, port)).await.map_err(|error| unreachable(error.into()))?;
    let config = ClientConfig::builder_with_provider(verifier.provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| unreachable(error.into()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| unreachable(error.into()))?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| {
        let cause = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match cause {
            Some(rustls::Error::InvalidCertificate(_)) => FetchError::Untrusted(error.into()),
            _ => FetchError::Unreachable(error.into()),
        }
    })?;
    read(&uri, host, port, stream).await.map_err(unreachable)
}

async fn read(
    uri: &Uri,
    host: &str,
    port: u16,
    stream: tokio_rustls::client::TlsStream<TcpStream>,
) -> Result<Vec<u8>, StepError> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let authority = if port == 443 { host.to_owned() } else { format!("{host}:{port}") };
    let request = http::Request::get(target)
        .header("host", authority)
        .header("accept", "application/json")
        .header("user-agent", concat!("angae/", env!("CARGO_PKG_VERSION")))
        .body(Empty::<Bytes>::new())?;
    let answer = async {
        let answer = sender.send_request(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(StepError::from(format!("{uri} answered {}", answer.status())));
        }
        Ok(Limited::new(answer.into_body(), MOST_BYTES).collect().await?.to_bytes().to_vec())
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        // The connection ends by itself once the answer has been read; until then it only drives the exchange.
        _ = connection => answer.await,
    }
}

/// Trusts what the machine's authorities vouch for, and chains that hold a certificate with one of the thumbprints.
#[derive(Debug)]
struct Vouching {
    authorities: Option<Arc<WebPkiServerVerifier>>,
    thumbprints: Vec<Vec<u8>>,
    provider: Arc<CryptoProvider>,
}

impl Vouching {
    fn names(&self, certificate: &CertificateDer<'_>) -> bool {
        let digest = Sha1::digest(certificate.as_ref());
        self.thumbprints.iter().any(|own| own.as_slice() == digest.as_slice())
    }
}

impl ServerCertVerifier for Vouching {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let mut refused = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        if let Some(authorities) = &self.authorities {
            match authorities.verify_server_cert(end_entity, intermediates, server_name, ocsp, now) {
                Ok(verified) => return Ok(verified),
                Err(error) => refused = error,
            }
        }
        if self.names(end_entity) {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            rustls::client::verify_server_name(&certificate, server_name)?;
            return Ok(ServerCertVerified::assertion());
        }
        for anchor in intermediates.iter().filter(|certificate| self.names(certificate)) {
            let mut roots = RootCertStore::empty();
            if roots.add(anchor.clone().into_owned()).is_err() {
                continue;
            }
            let Some(named) = verifier(roots, &self.provider) else { continue };
            match named.verify_server_cert(end_entity, intermediates, server_name, ocsp, now) {
                Ok(verified) => return Ok(verified),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
