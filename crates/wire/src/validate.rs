//! The model's own constraints.
