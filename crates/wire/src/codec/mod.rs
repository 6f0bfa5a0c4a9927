//! The five protocols, both ways.
