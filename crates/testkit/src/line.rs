//! One connection, used from a thread that waits.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

/// A connection that is opened when it is first needed and again after it broke.
pub(crate) struct Line {
    address: SocketAddr,
    runtime: Runtime,
    sender: Option<SendRequest<Full<Bytes>>>,
}

impl Line {
    pub(crate) fn new(address: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Self { address, runtime: runtime.expect("a runtime needs nothing"), sender: None }
    }

    /// Sends a request and reads the head of its answer.
    pub(crate) fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, String> {
        let address = self.address;
        let kept = self.sender.take();
        let (answer, sender) = self.runtime.block_on(async move {
            let usable = match kept {
                Some(mut sender) => sender.ready().await.is_ok().then_some(sender),
                None => None,
            };
            let mut sender = match usable {
                Some(sender) => sender,
                None => connect(address).await?,
            };
            let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
            Ok::<_, String>((answer, sender))
        })?;
        self.sender = Some(sender);
        Ok(answer)
    }

    /// Reads the whole body.
    pub(crate) fn read(&mut self, body: Incoming) -> Result<Bytes, String> {
        let read = self.runtime.block_on(body.collect());
        read.map(http_body_util::Collected::to_bytes).map_err(|error| {
            self.sender = None;
            error.to_string()
        })
    }

    /// Waits for the next piece of a body that may never end.
    pub(crate) fn piece(&mut self, body: &mut Incoming) -> Result<Option<Bytes>, hyper::Error> {
        loop {
            let Some(frame) = self.runtime.block_on(body.frame()).transpose()? else { return Ok(None) };
            if let Ok(bytes) = frame.into_data() {
                return Ok(Some(bytes));
            }
        }
    }
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, String> {
    let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let opened = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (sender, connection) = opened.map_err(|error| error.to_string())?;
    // It ends with its sender or with the server; what broke it is seen by the request that waits.
    tokio::spawn(async move {
        let _ended = connection.await;
    });
    Ok(sender)
}
