//! Streams without an end of their own: they end with their world, so that a stop waits for nobody who only listens.

use super::Page;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A stream until its world stops.
pub(super) struct Followed<S> {
    stream: S,
    stopped: Pin<Box<dyn Future<Output = ()> + Send>>,
}

/// Ends `stream` when the page's world is dropped or angae stops.
pub(super) fn until_stopped<S>(page: &Page, stream: S) -> Followed<S> {
    let stop = page.house.worlds.get(&page.world.name).map(|entry| entry.stop.subscribe());
    let stopped = async move {
        // A world that is not listed any more has stopped; so has one whose switch is gone.
        if let Some(mut stop) = stop {
            let _gone = stop.wait_for(|stop| *stop).await;
        }
    };
    Followed { stream, stopped: Box::pin(stopped) }
}

impl<S: Stream + Unpin> Stream for Followed<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        // What is there is handed out first: only waiting ends early.
        match Pin::new(&mut self.stream).poll_next(context) {
            Poll::Pending => self.stopped.as_mut().poll(context).map(|()| None),
            ready => ready,
        }
    }
}
