//! Being built.
use std::sync::Arc;
struct Nobody;
impl ports::Credentials for Nobody {
    fn look_up(&self, _: &ports::World, _: &str, _: Option<&str>, _: base::Timestamp) -> ports::Found { ports::Found::Unknown }
}
/// Registers nothing yet.
pub fn install(_registry: &mut ports::Registry) -> Arc<dyn ports::Credentials> { Arc::new(Nobody) }
