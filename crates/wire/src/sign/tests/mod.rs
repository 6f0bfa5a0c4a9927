//! Signatures, judged by the published examples and by hand-made breaches.

mod chunk;
mod v2;
