//! Listeners and connections: one port, HTTP/1.1, HTTP/2 and TLS, each bounded in time.

use crate::at_once::AtOnce;
use crate::house::House;
use crate::pipeline::{self, Arrival};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use ports::World;
use rustls::ProtocolVersion;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How long a connection may take to send its first byte, and a client the head of a request. Also the time an idle
/// kept-alive connection lives.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(15);
/// How long no connection is accepted after one could not be.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);
/// How long open requests may go on after a stop was asked for.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of a request's line and headers together; more is answered with 431. AWS limits headers to 8 KiB each way
/// in places; clients with long session tokens and many metadata headers need more.
const HEAD_LIMIT_BYTES: usize = 64 * 1024;
/// Headers of a request at the most.
const HEADER_COUNT_LIMIT: usize = 256;
/// Requests in flight on one HTTP/2 connection.
const STREAMS_PER_CONNECTION: u32 = 250;
/// The first byte of a TLS handshake record.
const TLS_HANDSHAKE: u8 = 0x16;

/// Accepts connections for one world until `stop` turns true, then drains them.
pub(crate) async fn accept_loop(
    house: Arc<House>,
    world: Arc<World>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let watcher = graceful.watcher();
                connections.spawn(connection(house.clone(), world.clone(), stream, peer, watcher));
            }
            Err(error) => {
                // Out of file descriptors, most likely: one comes back when a connection ends. Asking again at once
                // would only keep a core busy.
                tracing::warn!(%error, open = connections.len(), "cannot accept a connection");
                let ended = async {
                    if connections.join_next().await.is_none() {
                        std::future::pending::<()>().await;
                    }
                };
                let _tried_again = tokio::time::timeout(ACCEPT_PAUSE, ended).await;
            }
        }
    }
    drop(listener);
    let drained = async {
        graceful.shutdown().await;
        while connections.join_next().await.is_some() {}
    };
    if tokio::time::timeout(DRAIN_TIMEOUT, drained).await.is_err() {
        tracing::warn!("requests were still open after {DRAIN_TIMEOUT:?}; they were cut");
    }
    // Before the receiver: whoever drops a world waits for that.
    drop(world);
}

/// One connection, from its first byte to its end.
async fn connection(
    house: Arc<House>,
    world: Arc<World>,
    stream: TcpStream,
    peer: SocketAddr,
    watcher: hyper_util::server::graceful::Watcher,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let instance = stream.local_addr().ok().and_then(|own| house.instances.at(own));
    if let Some(id) = &instance {
        // An instance that has ended answers nothing.
        let Some(hops) = house.instance_metadata.hop_limit(&world, id) else { return };
        if let Err(error) = stream.set_ttl(hops) {
            tracing::debug!(%error, "cannot set the hop limit");
        }
    }
    let mut first = [0];
    match tokio::time::timeout(HEAD_TIMEOUT, stream.peek(&mut first)).await {
        Ok(Ok(1)) => {}
        _ => return, // closed, broken or silent
    }
    if first[0] != TLS_HANDSHAKE {
        let from = Arrival { world, peer, tls: None, instance };
        return exchange(house, from, TokioIo::new(stream), watcher).await;
    }
    let Some(config) = house.tls.clone() else {
        tracing::debug!(%peer, "a TLS handshake arrived, but TLS is off (start with --tls)");
        return;
    };
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, TlsAcceptor::from(config).accept(stream)).await {
        Ok(Ok(stream)) => {
            let tls = Some(version(stream.get_ref().1.protocol_version()));
            let from = Arrival { world, peer, tls, instance };
            exchange(house, from, TokioIo::new(stream), watcher).await;
        }
        Ok(Err(error)) => tracing::debug!(%peer, %error, "a TLS handshake failed"),
        Err(_) => tracing::debug!(%peer, "a TLS handshake took too long"),
    }
}

/// A version of TLS as `s3:TlsVersion` has it. What is not told is the oldest that is spoken.
fn version(spoken: Option<ProtocolVersion>) -> &'static str {
    match spoken {
        Some(ProtocolVersion::TLSv1_3) => "1.3",
        _ => "1.2",
    }
}

/// Requests and answers of one connection.
async fn exchange<I>(house: Arc<House>, from: Arrival, io: I, watcher: hyper_util::server::graceful::Watcher)
where
    I: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let peer = from.peer;
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (house, arrival) = (house.clone(), from.clone());
        async move { Ok::<_, Infallible>(pipeline::answer(&house, arrival, request).await) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(HEADER_COUNT_LIMIT)
        .max_buf_size(HEAD_LIMIT_BYTES)
        .half_close(true);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS_PER_CONNECTION)
        .max_header_list_size(u32::try_from(HEAD_LIMIT_BYTES).unwrap_or(u32::MAX))
        .keep_alive_interval(HEAD_TIMEOUT)
        .keep_alive_timeout(HANDSHAKE_TIMEOUT);
    let connection = builder.serve_connection(io, service).into_owned();
    if let Err(error) = AtOnce::new(watcher.watch(connection)).await {
        tracing::debug!(%peer, error, "a connection ended early");
    }
}
