//! Behaviour over the operations themselves.
