//! Being built.
/// Registers nothing yet.
pub fn install(_registry: &mut ports::Registry) {}
