//! `GET /_angae/events`: what happened, as server-sent events.

use super::follow::until_stopped;
use super::{Page, problem};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use ports::World;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use store::{EventRow, StoreError};
use tokio::sync::broadcast::Receiver;

/// How a reader asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// Begin after this sequence number; with what comes from now on where it is left out.
    since: Option<u64>,
    /// Wait for more, instead of ending after what is there.
    #[serde(default = "yes")]
    follow: bool,
}

fn yes() -> bool {
    true
}

/// Events read from the log at once.
const CHUNK: usize = 500;

pub(crate) async fn stream(State(page): State<Page>, Query(wish): Query<Wish>) -> Response {
    // Listening begins before the log is read, so that nothing falls between the two.
    let live = page.world.store.subscribe();
    let after = wish.since.unwrap_or_else(|| page.world.store.last_event());
    let world = page.world.clone();
    let mut feed = Feed { world, after, waiting: VecDeque::new(), live: wish.follow.then(|| wait(live)) };
    match feed.read_log() {
        Ok(()) => Sse::new(until_stopped(&page, feed)).keep_alive(KeepAlive::default()).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, error),
    }
}

/// A listener on its way to the next event.
type Waiting = Pin<Box<dyn Future<Output = Option<Receiver<EventRow>>> + Send>>;

/// Waits until something happened. The event itself is read from the log: a listener that fell behind misses none.
fn wait(mut live: Receiver<EventRow>) -> Waiting {
    Box::pin(async move {
        use tokio::sync::broadcast::error::RecvError;
        match live.recv().await {
            Ok(_) | Err(RecvError::Lagged(_)) => Some(live),
            Err(RecvError::Closed) => None,
        }
    })
}

struct Feed {
    world: Arc<World>,
    after: u64,
    waiting: VecDeque<EventRow>,
    live: Option<Waiting>,
}

impl Feed {
    fn read_log(&mut self) -> Result<(), StoreError> {
        self.waiting.extend(self.world.store.events_since(self.after, CHUNK)?);
        if let Some(last) = self.waiting.back() {
            self.after = last.sequence;
        }
        Ok(())
    }
}

impl Stream for Feed {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = self.waiting.pop_front() {
                let data = serde_json::to_string(&row).expect("an event was made from JSON");
                let event = Event::default().id(row.sequence.to_string()).event(row.kind).data(data);
                return Poll::Ready(Some(Ok(event)));
            }
            if let Err(error) = self.read_log() {
                tracing::warn!(%error, "the event log cannot be read");
                return Poll::Ready(None);
            }
            if !self.waiting.is_empty() {
                continue;
            }
            let Some(live) = &mut self.live else { return Poll::Ready(None) };
            match live.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(next) => self.live = next.map(wait),
            }
        }
    }
}
