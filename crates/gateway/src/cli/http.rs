//! The client half of `/_angae/…`, for the sub-commands that talk to a running angae.

use crate::failure::Failure;
use crate::settings::Settings;
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;

/// How long an angae may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Sends one request to the angae these settings point at and reads the whole answer.
pub(crate) fn call(
    settings: &Settings,
    method: Method,
    target: &str,
    body: Vec<u8>,
) -> Result<Bytes, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    let (status, answer) = runtime.block_on(exchange(address(settings), method, target, body))?;
    if status.is_success() {
        return Ok(answer);
    }
    let sentence = serde_json::from_slice::<serde_json::Value>(&answer)
        .ok()
        .and_then(|json| json.get("error")?.as_str().map(str::to_owned))
        .unwrap_or_else(|| format!("{target} answered {status}"));
    Err(Failure::new(sentence))
}

async fn exchange(
    address: SocketAddr,
    method: Method,
    target: &str,
    body: Vec<u8>,
) -> Result<(StatusCode, Bytes), Failure> {
    let failed =
        |error: &dyn std::fmt::Display| Failure::new(format!("no angae answers on {address}: {error}"));
    let stream = match tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
        Ok(connected) => connected.map_err(|error| failed(&error))?,
        Err(late) => return Err(failed(&late)),
    };
    let handshake = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(|error| failed(&error))?;
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", address.to_string())
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| failed(&error))?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|error| failed(&error))?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| failed(&error))?;
        Ok((status, body.to_bytes()))
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        // The connection ends by itself once the answer has been read; until then it only drives the exchange.
        _ = connection => answer.await,
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
