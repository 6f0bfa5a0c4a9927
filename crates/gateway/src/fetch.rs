//! Documents of identity providers that the user registered: one GET a document, over a connection of its own. They
//! come over TLS from where the issuer's URL points, or from where the user says that an issuer is to be found:
//! `--issuers ISSUER=URL`. What is fetched is small and comes at once; no redirect is followed.

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
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a document may take, from the first packet to the last.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of a document at the most.
const MOST_BYTES: usize = 256 * 1024;

/// Where issuers are found that are not where their URL points, by that URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found(BTreeMap<String, String>);

impl FromStr for Found {
    type Err = String;

    /// `ISSUER=URL`, and more after commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut found = BTreeMap::new();
        for one in text.split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let (issuer, url) = one.split_once('=').ok_or_else(|| format!("{one:?} is not ISSUER=URL"))?;
            if !issuer.starts_with("https://") {
                return Err(format!("{issuer:?} is no https:// URL, as issuers are"));
            }
            let uri: Uri = url.parse().map_err(|error| format!("{url:?} is no URL: {error}"))?;
            if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
                return Err(format!("{url:?} is no http:// or https:// URL"));
            }
            let (issuer, url) = (issuer.trim_end_matches('/'), url.trim_end_matches('/'));
            if found.insert(issuer.to_owned(), url.to_owned()).is_some() {
                return Err(format!("{issuer} is found in two places"));
            }
        }
        Ok(Self(found))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (issuer, url)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{issuer}={url}")?;
        }
        Ok(())
    }
}

impl Found {
    /// Where a document of an issuer is: elsewhere only if the user said so.
    fn place(&self, url: String) -> String {
        let elsewhere = self.0.iter().find_map(|(issuer, place)| {
            let rest = url.strip_prefix(issuer.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| format!("{place}{rest}"))
        });
        elsewhere.unwrap_or(url)
    }
}

/// Fetches over HTTPS, and over HTTP where the user named such a place. The machine's own authorities vouch for a
/// place, or a thumbprint does.
pub(crate) struct Https {
    found: Found,
    /// The machine's authorities, read when the first document is wanted; `None` where it has none.
    authorities: Arc<OnceLock<Option<Arc<WebPkiServerVerifier>>>>,
}

impl Https {
    /// With these issuers elsewhere.
    pub(crate) fn new(found: Found) -> Self {
        Self { found, authorities: Arc::default() }
    }
}

impl Fetch for Https {
    fn fetch(&self, url: String, thumbprints: Vec<String>) -> Fetching {
        let place = self.found.place(url);
        let authorities = self.authorities.clone();
        Box::pin(async move {
            let read = authorities.clone();
            let read = tokio::task::spawn_blocking(move || read.get_or_init(machine_authorities).clone());
            let verifier = Vouching {
                authorities: read.await.map_err(|error| FetchError::Unreachable(error.into()))?,
                thumbprints: thumbprints.iter().filter_map(|text| hex::decode(text).ok()).collect(),
                provider: Arc::new(ring::default_provider()),
            };
            match tokio::time::timeout(TIMEOUT, get(&place, verifier)).await {
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
    let (Some(scheme), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err(unreachable(format!("{url:?} is no URL").into()));
    };
    let is_plain = scheme == "http";
    let host = host.trim_matches(['[', ']']);
    let port = uri.port_u16().unwrap_or(if is_plain { 80 } else { 443 });
    let stream = TcpStream::connect((host, port)).await.map_err(|error| unreachable(error.into()))?;
    if is_plain {
        return read(&uri, stream).await.map_err(unreachable);
    }
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
    read(&uri, stream).await.map_err(unreachable)
}

async fn read<S>(uri: &Uri, stream: S) -> Result<Vec<u8>, StepError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let authority = uri.authority().map_or("", |authority| authority.as_str());
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

#[cfg(test)]
mod tests {
    use super::{Found, Https};
    use ports::{Fetch, FetchError};
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    use rustls::ServerConfig;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
    use sha1::{Digest, Sha1};
    use std::sync::Arc;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    #[test]
    fn an_issuer_is_found_where_the_user_says() {
        for (text, ok) in [
            ("", true),
            ("https://a.example=http://127.0.0.1:9000", true),
            ("https://a.example/x=https://b.example/y, https://c.example=http://[::1]:8/", true),
            ("https://a.example=http://a, https://a.example/=http://b", false),
            ("http://a.example=http://b", false),
            ("https://a.example=ftp://b", false),
            ("https://a.example", false),
        ] {
            let parsed = text.parse::<Found>();
            assert_eq!(parsed.is_ok(), ok, "{text}: {parsed:?}");
            if let Ok(found) = parsed {
                assert_eq!(found.to_string().parse::<Found>().unwrap(), found);
            }
        }
        let found: Found = "https://a.example/x=http://b:1/y".parse().unwrap();
        for (url, want) in [
            ("https://a.example/x/.well-known/k", "http://b:1/y/.well-known/k"),
            ("https://a.example/xy/k", "https://a.example/xy/k"),
            ("https://a.example/k", "https://a.example/k"),
        ] {
            assert_eq!(found.place(url.to_owned()), want);
        }
    }

    /// A chain of an authority and a place under it, as DER, and the place's key.
    fn chain() -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
        let (authority_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_der = authority.self_signed(&authority_key).unwrap().der().clone();
        let issuer = Issuer::new(authority, authority_key);
        let own =
            CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        (vec![own.der().clone(), authority_der], key)
    }

    fn thumbprint(certificate: &CertificateDer<'_>) -> String {
        hex::encode(Sha1::digest(certificate.as_ref()))
    }

    /// Fetches from a place that shows `chain` and answers `answer`.
    async fn fetch(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        host: &str,
        answer: &'static str,
        thumbprints: Vec<String>,
    ) -> Result<Vec<u8>, FetchError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let serve = async move {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else { return };
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                let _gone = stream.write_all(answer.as_bytes()).await;
                let _gone = stream.shutdown().await;
            }
        };
        let url = format!("https://{host}:{port}/keys");
        let (answer, ()) = tokio::join!(Https::new(Found::default()).fetch(url, thumbprints), serve);
        answer
    }

    const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

    #[tokio::test]
    async fn a_place_is_trusted_by_a_thumbprint_of_its_chain() {
        let (own, key) = chain();
        let (leaf, authority) = (thumbprint(&own[0]), thumbprint(&own[1]));
        for (what, thumbprints) in [("its own", vec![leaf]), ("its authority's", vec![authority.clone()])] {
            let answer = fetch(own.clone(), key.clone_key(), "127.0.0.1", GOOD, thumbprints).await;
            assert_eq!(answer.unwrap(), b"{}", "{what}");
        }
        for thumbprints in [Vec::new(), vec!["00".repeat(20)]] {
            let answer = fetch(own.clone(), key.clone_key(), "127.0.0.1", GOOD, thumbprints).await;
            assert!(matches!(answer, Err(FetchError::Untrusted(_))), "{answer:?}");
        }
        // A certificate of the named authority that did not sign the place's own, and a place of another name.
        let (others, _) = chain();
        let mixed = vec![own[0].clone(), others[1].clone()];
        let answer = fetch(mixed, key.clone_key(), "127.0.0.1", GOOD, vec![thumbprint(&others[1])]).await;
        assert!(matches!(answer, Err(FetchError::Untrusted(_))), "{answer:?}");
        let answer = fetch(own.clone(), key.clone_key(), "localhost", GOOD, vec![authority]).await;
        assert!(matches!(answer, Err(FetchError::Untrusted(_) | FetchError::Unreachable(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn only_a_small_plain_answer_is_taken() {
        let (own, key) = chain();
        let leaf = thumbprint(&own[0]);
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1/\r\ncontent-length: 0\r\n\r\n";
        let endless = "HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n{}";
        let missing = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
        for answer in [elsewhere, endless, missing, "garbage"] {
            let got = fetch(own.clone(), key.clone_key(), "127.0.0.1", answer, vec![leaf.clone()]).await;
            assert!(matches!(got, Err(FetchError::Unreachable(_))), "{answer}: {got:?}");
        }
    }
}
