//! Panics in handlers, caught.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

/// Runs `work`; a panic is its message. What the handler shared stays usable: a transaction works on a copy, and
/// locks are taken whether poisoned or not.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| message(&*panic))
}

/// The same for a future, at each of its steps.
pub(super) async fn caught_in<T>(mut work: Pin<Box<dyn Future<Output = T> + Send>>) -> Result<T, String> {
    poll_fn(|context| match caught(|| work.as_mut().poll(context)) {
        Ok(Poll::Ready(value)) => Poll::Ready(Ok(value)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("the handler panicked: {}", text.unwrap_or_else(|| "without a message".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{caught, caught_in};

    #[test]
    fn a_panic_is_its_message() {
        assert_eq!(caught(|| 1), Ok(1));
        assert_eq!(caught(|| panic!("oh")).map(|(): ()| ()), Err("the handler panicked: oh".to_owned()));
    }

    #[tokio::test]
    async fn a_panic_in_a_future_is_its_message() {
        assert_eq!(caught_in(Box::pin(async { 1 })).await, Ok(1));
        let broken: Result<(), String> = caught_in(Box::pin(async { panic!("oh") })).await;
        assert!(broken.is_err());
    }
}
