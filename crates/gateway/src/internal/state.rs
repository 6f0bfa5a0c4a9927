//! The state as one file, and emptying it.

use super::{Page, problem};
use archive::{ImportError, Snapshot};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http_body::Body as _;
use ports::BodyStream;
use serde::Deserialize;
use serde_json::json;
use std::future::poll_fn;
use std::io::{Error, ErrorKind, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use store::{Ticket, WriteCall};
use tokio::sync::{mpsc, oneshot};

/// `POST /_angae/reset?service=…`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reset {
    service: Option<String>,
}

fn call(page: &Page) -> WriteCall {
    WriteCall { now: page.world.clock.now(), pace: page.world.pace }
}

pub(crate) async fn reset(State(page): State<Page>, Query(wish): Query<Reset>) -> Response {
    let service = wish.service.as_deref();
    if let Some(service) = service.filter(|service| !SERVICES.contains(service)) {
        let sentence = format!("{service:?} is no service; there are {}", SERVICES.join(", "));
        return problem(StatusCode::BAD_REQUEST, sentence);
    }
    let of = service.map_or_else(|| "everything".to_owned(), |service| format!("the state of {service}"));
    let world = &page.world.name;
    let message = format!("{of} in the world {world:?} is gone");
    let (before, ticket) = match page.world.store.reset(&call(&page), service) {
        Ok(begun) => begun,
        Err(error) => return problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    };
    let answer = settle(ticket, message).await;
    if answer.status().is_success() && service.is_none() {
        // Who did what belongs to principals that are gone.
        page.house.gatekeeper.records.forget(world);
    }
    if answer.status().is_success() {
        let blobs = page.world.blobs.clone();
        let is_gone = |own: &str| service.is_none_or(|service| service == own);
        let (s3, ebs) = (is_gone("s3"), is_gone("ebs"));
        let released = tokio::task::spawn_blocking(move || {
            if s3 {
                s3::release_all(&before, &blobs)?;
            }
            if ebs { ebs::release_all(&before, &blobs) } else { Ok(()) }
        });
        let released = released.await;
        // The rows are gone whatever becomes of the bytes: an orphan goes with the next opening.
        match released {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the bytes of a state that is gone are left"),
            Err(error) => tracing::error!(%error, "the bytes of a state that is gone are left"),
        }
    }
    answer
}

/// The crates that own tables.
const SERVICES: [&str; 6] = ["compute", "ebs", "efs", "iam", "s3", "vpc"];

/// Bytes of an export that are sent at once, and such pieces that may wait for the reader.
const PIECE_BYTES: usize = 256 * 1024;
const MOST_PIECES: usize = 4;

/// `GET /_angae/state`: the world of this moment, streamed. One that cannot be read to its end is cut off, and so is the
/// connection.
pub(crate) async fn export(State(page): State<Page>) -> Response {
    let world = page.world.clone();
    let snapshot = match tokio::task::spawn_blocking(move || Snapshot::take(&world)).await {
        Ok(Ok(snapshot)) => snapshot,
        Ok(Err(error)) => return problem(StatusCode::INTERNAL_SERVER_ERROR, error),
        Err(panic) => return problem(StatusCode::INTERNAL_SERVER_ERROR, panic),
    };
    let (pieces, receiver) = mpsc::channel(MOST_PIECES);
    let (house, name) = (page.house.clone(), page.world.name.clone());
    let writing = tokio::task::spawn_blocking(move || {
        let mut outlet = Outlet { pieces, ready: BytesMut::new() };
        if let Err(error) = snapshot.write(&house.registry.naming, &mut outlet)
            && !outlet.pieces.is_closed()
        {
            tracing::error!(world = snapshot.world(), %error, "the export is cut off");
            let _gone = outlet.pieces.blocking_send(Err(Error::other(error)));
        }
        // What it kept goes before the reader sees the end.
        drop(snapshot);
        drop(outlet);
    });
    page.house.tasks.spawn(async move {
        if let Err(panic) = writing.await {
            tracing::error!(%panic, "an export ended early");
        }
    });
    let name = format!("attachment; filename=\"{name}.angae\"");
    let headers = [("content-type", "application/octet-stream".to_owned()), ("content-disposition", name)];
    (headers, Body::from_stream(Pieces(receiver))).into_response()
}

/// Where an export is written to: the answer's body. It ends with an error once nobody reads.
struct Outlet {
    pieces: mpsc::Sender<Result<Bytes, Error>>,
    ready: BytesMut,
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.ready.extend_from_slice(bytes);
        if self.ready.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let piece = self.ready.split().freeze();
        self.pieces.blocking_send(Ok(piece)).map_err(|_| Error::from(ErrorKind::BrokenPipe))
    }
}

/// The body of an export.
struct Pieces(mpsc::Receiver<Result<Bytes, Error>>);

impl Stream for Pieces {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// How long the rest of a refused state may take: a client that is still sending reads the refusal after it.
const MOST_REST: Duration = Duration::from_secs(10);

/// `POST /_angae/state`: the file takes the place of the world's state. It is streamed, and has no limit but that of its
/// lines.
pub(crate) async fn import(State(page): State<Page>, request: Request) -> Response {
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let (done, outcome) = oneshot::channel();
    let (house, world) = (page.house.clone(), page.world.clone());
    let body = request.into_body();
    // A task of its own: what a client that goes away leaves behind is cleared away all the same.
    page.house.tasks.spawn(async move {
        let mut stream: BodyStream<Error> = Box::pin(Sent { body, left: announced });
        let outcome = archive::import(&world, &house.registry.naming, &mut stream).await;
        if outcome.is_err() {
            let rest = async {
                while poll_fn(|context| stream.as_mut().poll_next(context))
                    .await
                    .is_some_and(|piece| piece.is_ok())
                {}
            };
            let _cut = tokio::time::timeout(MOST_REST, rest).await;
        }
        let _gone = done.send(outcome);
    });
    let message = format!("the state of the world {:?} is the imported one", page.world.name);
    match outcome.await {
        Ok(Ok(summary)) => {
            let (rows, blobs) = (summary.rows, summary.blobs);
            Json(json!({ "message": message, "rows": rows, "blobs": blobs })).into_response()
        }
        Ok(Err(error @ (ImportError::Format(_) | ImportError::Input(_)))) => {
            problem(StatusCode::BAD_REQUEST, error)
        }
        Ok(Err(error @ (ImportError::Store(_) | ImportError::Blob(_)))) => {
            problem(StatusCode::INTERNAL_SERVER_ERROR, error)
        }
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

/// A state as it is sent. Where its length was announced, an end before that is none.
struct Sent {
    body: Body,
    left: Option<u64>,
}

impl Stream for Sent {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) if self.left.is_some_and(|left| left > 0) => {
                    return Poll::Ready(Some(Err(ErrorKind::UnexpectedEof.into())));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(Error::other(error)))),
                Poll::Ready(Some(Ok(frame))) => frame,
            };
            // Trailers say nothing here.
            if let Ok(bytes) = frame.into_data() {
                self.left = self.left.map(|left| left.saturating_sub(bytes.len() as u64));
                return Poll::Ready(Some(Ok(bytes)));
            }
        }
    }
}

/// Waits for the disk, then answers.
async fn settle(ticket: Ticket, message: String) -> Response {
    match ticket.wait().await {
        Ok(()) => Json(json!({ "message": message })).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}
