//! Who learns of events once they are durable: listeners that take every one of them, and loops that sleep until one
//! concerns them. A loop costs a look at the event, not a hand-over to its task.

use crate::outbox::{BEHIND, EventRow};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Notify, broadcast};

/// Whether an event concerns a sleeper.
type Concerns = Box<dyn Fn(&EventRow) -> bool + Send + Sync>;

/// Everybody who learns of events.
pub(crate) struct Announcer {
    listeners: broadcast::Sender<EventRow>,
    sleepers: RwLock<Vec<Sleeper>>,
}

struct Sleeper {
    concerns: Concerns,
    wake: Arc<Notify>,
}

impl Default for Announcer {
    fn default() -> Self {
        Self { listeners: broadcast::Sender::new(BEHIND), sleepers: RwLock::default() }
    }
}

impl Announcer {
    pub(crate) fn announce(&self, event: EventRow) {
        let sleepers = self.sleepers.read().unwrap_or_else(PoisonError::into_inner);
        for sleeper in sleepers.iter().filter(|sleeper| (sleeper.concerns)(&event)) {
            sleeper.wake.notify_one();
        }
        drop(sleepers);
        if self.listeners.receiver_count() > 0 {
            // The last of them may have gone meanwhile.
            let _listeners = self.listeners.send(event);
        }
    }

    pub(crate) fn subscribe(&self) -> broadcast::Receiver<EventRow> {
        self.listeners.subscribe()
    }

    pub(crate) fn sleeper(self: &Arc<Self>, concerns: Concerns) -> Wakeup {
        let wake = Arc::new(Notify::new());
        let mut sleepers = self.sleepers.write().unwrap_or_else(PoisonError::into_inner);
        sleepers.push(Sleeper { concerns, wake: wake.clone() });
        Wakeup { wake, announcer: self.clone() }
    }
}

/// A sleeper's end of it. Dropped, it is no longer looked for.
pub struct Wakeup {
    wake: Arc<Notify>,
    announcer: Arc<Announcer>,
}

impl Wakeup {
    /// Resolves when an event that concerns the sleeper has become durable since it last did; at once, if one has
    /// meanwhile.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }
}

impl Drop for Wakeup {
    fn drop(&mut self) {
        let mut sleepers = self.announcer.sleepers.write().unwrap_or_else(PoisonError::into_inner);
        sleepers.retain(|sleeper| !Arc::ptr_eq(&sleeper.wake, &self.wake));
    }
}
