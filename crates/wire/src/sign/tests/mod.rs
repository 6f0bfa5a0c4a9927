//! Signatures, judged by the published examples and by hand-made breaches.

mod chunk;
mod refusal;
mod v2;
