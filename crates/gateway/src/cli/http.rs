//! The client half of `/_angae/…`, for the sub-commands that talk to a running angae.

use super::progress::Progress;
use crate::failure::Failure;
use crate::settings::Settings;
use bytes::{Bytes, BytesMut};
use http::{Method, Request, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;

/// How long an angae may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes of an upload that are read at once.
const PIECE_BYTES: usize = 256 * 1024;

/// One request to the angae the settings point at.
pub(crate) struct Call {
    address: SocketAddr,
    request: http::request::Builder,
    target: String,
}

impl Call {
    /// A request to a world, or to the one the port leads to.
    pub(crate) fn new(
        settings: &Settings,
        method: Method,
        target: &str,
        world: Option<&str>,
    ) -> Result<Self, Failure> {
        let address = address(settings);
        let mut request = Request::builder().method(method).uri(target).header("host", address.to_string());
        if let Some(world) = world {
            let name = http::HeaderValue::from_str(world);
            request = request.header(
                "x-angae-world",
                name.map_err(|_| Failure::new(format!("{world:?} is no world's name")))?,
            );
        }
        Ok(Self { address, request, target: target.to_owned() })
    }

    /// Sends it without a body and reads the whole answer.
    pub(crate) fn send(self) -> Result<Vec<u8>, Failure> {
        self.upload(std::io::empty(), Some(0), Progress::new("sent", None))
    }

    /// Sends it without a body and hands the answer on as it comes.
    pub(crate) fn receive(self, take: impl FnMut(&[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
        self.exchange(std::io::empty(), Some(0), Progress::new("sent", None), take)
    }

    /// Sends what a reader has, and reads the whole answer.
    pub(crate) fn upload(
        self,
        from: impl Read + Send + Unpin + 'static,
        length: Option<u64>,
        progress: Progress,
    ) -> Result<Vec<u8>, Failure> {
        let mut answer = Vec::new();
        self.exchange(from, length, progress, |piece| {
            answer.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(answer)
    }

    fn exchange(
        self,
        from: impl Read + Send + Unpin + 'static,
        left: Option<u64>,
        progress: Progress,
        take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Self { address, request, target } = self;
        let request = request.body(Upload { from, left, progress: Some(progress) });
        let request = request.map_err(|error| Failure::new(format!("{target}: {error}")))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
        runtime.block_on(run(address, request, &target, take))
    }
}

async fn run<R: Read + Send + Unpin + 'static>(
    address: SocketAddr,
    request: Request<Upload<R>>,
    target: &str,
    take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format!("no angae answers on {address}: {error}"));
    let stream = match tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
        Ok(connected) => connected.map_err(|error| failed(&error))?,
        Err(late) => return Err(failed(&late)),
    };
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| failed(&error))?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
        let status = answer.status();
        if status.is_success() {
            return hand_on(answer.into_body(), take).await;
        }
        let mut refusal = Vec::new();
        hand_on(answer.into_body(), |piece| {
            refusal.extend_from_slice(piece);
            Ok(())
        })
        .await?;
        Err(refused(status, target, &refusal))
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        // The connection ends by itself once the answer has been read; until then it only drives the exchange.
        _ = connection => answer.await,
    }
}

async fn hand_on(
    mut body: Incoming,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Failure::new(format!("the answer was cut off ({error}); the log of angae says why"))
        })?;
        if let Ok(bytes) = frame.into_data() {
            take(&bytes)?;
        }
    }
    Ok(())
}

/// What a page says of its refusal.
fn refused(status: StatusCode, target: &str, answer: &[u8]) -> Failure {
    let sentence = serde_json::from_slice::<serde_json::Value>(answer)
        .ok()
        .and_then(|json| json.get("error")?.as_str().map(str::to_owned));
    Failure::new(sentence.unwrap_or_else(|| format!("{target} answered {status}")))
}

/// A body read from a file or a pipe, piece by piece. Nothing else happens meanwhile that could wait for it.
struct Upload<R> {
    from: R,
    /// What it is yet to have, where its length is known.
    left: Option<u64>,
    progress: Option<Progress>,
}

impl<R: Read + Unpin> Body for Upload<R> {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let this = self.get_mut();
        let most = this.left.map_or(PIECE_BYTES, |left| {
            usize::try_from(left).map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES))
        });
        let mut piece = BytesMut::zeroed(most);
        let read = loop {
            match this.from.read(&mut piece) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        match read {
            Ok(0) => {
                if let Some(progress) = this.progress.take() {
                    progress.end();
                }
                Poll::Ready(None)
            }
            Ok(read) => {
                piece.truncate(read);
                this.left = this.left.map(|left| left.saturating_sub(read as u64));
                if let Some(progress) = &mut this.progress {
                    progress.add(read);
                }
                Poll::Ready(Some(Ok(Frame::data(piece.freeze()))))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.left.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// Where to connect: a wildcard address is reached through loopback.
fn address(settings: &Settings) -> SocketAddr {
    let ip = match settings.address.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, settings.address.port())
}
